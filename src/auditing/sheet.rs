//! A sheet as CSV (RFC 4180): every cell is text, and none that a spreadsheet would take for a formula.

/// A cell that a spreadsheet takes for text: a leading `=`, `+`, `-`, `@`, tab or line end is behind an apostrophe.
pub(super) fn disarmed(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

/// A line of cells, quoted, with its end.
pub(super) fn csv_line(cells: &[String]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", disarmed(cell).replace('"', "\"\""));
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_is_lost() {
        let line = csv_line(&["=1+1".into(), "+994".into(), "-2".into(), "@a".into(), "a,\"b\"".into(), String::new()]);
        assert_eq!(line, "\"'=1+1\",\"'+994\",\"'-2\",\"'@a\",\"a,\"\"b\"\"\",\"\"\r\n");
    }
}
