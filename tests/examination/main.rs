//! Unknown bytes, friendly and hostile: each ends within its limits, with an answer that never says more than is true.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod pdf;
#[cfg(test)]
mod seals;
#[cfg(test)]
mod signing;

#[cfg(test)]
use earayis::examination::{Examination, Examiner, Limits, Pdf};

/// What the program itself, as child, says of `file`.
#[cfg(test)]
async fn examine(file: &[u8], signers: &[Vec<u8>]) -> Examination {
    let examiner = Examiner::new(env!("CARGO_BIN_EXE_earayis").into(), Limits::default());
    examiner.examine(file, signers).await.expect("a child can be started")
}

#[cfg(test)]
async fn examine_pdf(file: &[u8], signers: &[Vec<u8>]) -> Pdf {
    match examine(file, signers).await {
        Examination::Pdf(pdf) => pdf,
        other => panic!("not read as a PDF: {other:?}"),
    }
}
