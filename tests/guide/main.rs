//! The guide for developers does what it says: the code it shows is taken from the service and run against it.

#[cfg(test)]
mod blocks;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;

use std::process::Command;

use blocks::{BETWEEN, Block, blocks, run};
use service::TestService;

/// One shell and one interpreter run all their blocks, as a reader's would.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_of_the_guide_prints_what_the_guide_says() {
    let service = TestService::demo().await;
    let text = service.request("GET", "/developers/guide.md").send().await.unwrap();
    assert_eq!(text.headers()["content-type"], "text/markdown; charset=utf-8");
    let text = text.text().await.unwrap();
    let (shell, python): (Vec<Block>, Vec<Block>) = blocks(&text).into_iter().partition(|block| block.language == "sh");
    assert!(shell.len() >= 5 && python.len() >= 8, "{} and {} blocks", shell.len(), python.len());
    assert!(python.iter().all(|block| block.language == "python"));

    let folder = tempfile::tempdir().unwrap();
    // Where a reader's demonstration keeps its tokens.
    std::os::unix::fs::symlink(&service.dir, folder.path().join("data")).unwrap();
    let interpreter =
        std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
    let run = async |blocks: Vec<Block>, command: Command, between: String| {
        let folder = folder.path().to_owned();
        tokio::task::spawn_blocking(move || run(&blocks, command, &between, &folder)).await.unwrap();
    };
    run(shell, Command::new("sh"), format!("echo '{BETWEEN}'\n")).await;
    let mut interpreter = Command::new(interpreter);
    interpreter.env("PYTHONUTF8", "1");
    run(python, interpreter, format!("print('{BETWEEN}')\n")).await;
}

/// The page shows the very code that is run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_the_code_that_is_run() {
    let service = TestService::demo().await;
    let [text, page] =
        ["/developers/guide.md", "/developers/guide?lang=ru"].map(|path| service.request("GET", path).send());
    let (text, page) = (text.await.unwrap().text().await.unwrap(), page.await.unwrap().text().await.unwrap());
    let shown = page.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    for block in blocks(&text) {
        assert!(shown.contains(&block.code), "line {}: {}", block.line, block.code);
        assert!(!block.code.contains("127.0.0.1:8080"), "line {} asks another service", block.line);
    }
}
