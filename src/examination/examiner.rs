//! The parent: starts the same program once for each file, hands it the bytes, and waits no longer than it promised.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::child::{Answer, READY, Task};
use super::{Examination, SUBCOMMAND, at_first_sight};

/// What one examination may use, and how many may run at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of address space of the child; its resident memory is never more.
    pub address_space: u64,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Time by the clock on the wall: for the child to get ready, and again for its answer.
    pub wall: Duration,
    /// Bytes of answer that are read.
    pub max_output: u64,
    /// Children at once; further examinations wait for their turn.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address_space: 512 << 20,
            cpu_seconds: 5,
            wall: Duration::from_secs(10),
            max_output: 64 << 10,
            at_once: 2,
        }
    }
}

/// Examines unknown bytes, each file in a process of its own.
#[derive(Debug)]
pub struct Examiner {
    program: PathBuf,
    limits: Limits,
    turns: Semaphore,
}

/// No examination took place: nothing is known about the bytes, and the fault is ours.
#[derive(Debug, thiserror::Error)]
pub enum CannotExamine {
    /// The operating system did not start the child.
    #[error("the examiner `{program}` cannot be started; see that the program file is in place and processes are left")]
    NotStarted {
        /// What was to be started.
        program: PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// A child ended, or waited too long, before it had seen a byte of the file.
    #[error(
        "the examiner `{program}` was started and did not get ready; see that it is this very program, and the machine's load"
    )]
    NotReady {
        /// What was started.
        program: PathBuf,
    },
}

impl Examiner {
    /// An examiner whose children are `program examine-bytes`: the running program itself.
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        Self { program, turns: Semaphore::new(limits.at_once.max(1)), limits }
    }

    /// How many files it examines at once.
    pub fn at_once(&self) -> usize {
        self.limits.at_once.max(1)
    }

    /// Says what `file` is. `signers` are our seal certificates, present and retired, in DER.
    ///
    /// A child that dies, runs out of a limit or talks nonsense while it has the file is [`Examination::Died`], an
    /// answer about the bytes; a child that never got as far as reading them is an error.
    pub async fn examine(&self, file: &[u8], signers: &[Vec<u8>]) -> Result<Examination, CannotExamine> {
        if let Some(examination) = at_first_sight(file) {
            return Ok(examination);
        }
        // The semaphore is never closed; were it, examining unqueued would still be right.
        let _turn = self.turns.acquire().await.ok();
        let mut child = self.start()?;
        let found = self.converse(&mut child, file, signers).await;
        // Whether it answered or not, nothing of it stays behind; one that has ended cannot be killed, which is well.
        child.kill().await.ok();
        found
    }

    fn start(&self) -> Result<Child, CannotExamine> {
        Command::new(&self.program)
            .arg(SUBCOMMAND)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| CannotExamine::NotStarted { program: self.program.clone(), source })
    }

    async fn converse(
        &self,
        child: &mut Child,
        file: &[u8],
        signers: &[Vec<u8>],
    ) -> Result<Examination, CannotExamine> {
        let Limits { address_space, cpu_seconds, wall, max_output, .. } = self.limits;
        let task = Task::new(address_space, cpu_seconds, signers).line();
        let not_ready = || CannotExamine::NotReady { program: self.program.clone() };

        let mut to_child = child.stdin.take().ok_or_else(not_ready)?;
        let mut from_child = child.stdout.take().ok_or_else(not_ready)?;
        let ready = timeout(wall, get_ready(&mut to_child, &mut from_child, &task)).await;
        if !ready.is_ok_and(|ready| ready.is_ok_and(|ready| ready)) {
            return Err(not_ready());
        }
        let answer = async {
            let answer = hand_over(to_child, from_child, file, max_output).await?;
            let ended_well = child.wait().await.is_ok_and(|status| status.success());
            ended_well.then(|| serde_json::from_slice::<Answer>(&answer).ok()?.into_examination())?
        };
        Ok(timeout(wall, answer).await.ok().flatten().unwrap_or(Examination::Died))
    }
}

/// Gives the child its task, and hears whether it has understood it and lowered its limits.
async fn get_ready(to_child: &mut ChildStdin, from_child: &mut ChildStdout, task: &[u8]) -> std::io::Result<bool> {
    to_child.write_all(task).await?;
    let mut word = [0; READY.len()];
    from_child.read_exact(&mut word).await?;
    Ok(word == READY)
}

/// Hands over the bytes while listening for the answer.
async fn hand_over(mut to_child: ChildStdin, from_child: ChildStdout, file: &[u8], max_output: u64) -> Option<Vec<u8>> {
    let write = async move {
        // A child that died does not read: what it left unread is no matter, its missing answer is.
        let _ = to_child.write_all(file).await;
    };
    let listen = async move {
        let mut answer = Vec::new();
        from_child.take(max_output).read_to_end(&mut answer).await.ok().map(|_| answer)
    };
    tokio::join!(write, listen).1
}
