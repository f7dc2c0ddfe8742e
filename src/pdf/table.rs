//! Tables: columns as wide as they need, a head that later sheets repeat, and totals that never stand alone.

use super::PdfError;
use super::faces::{Length, Weight};
use super::ink::{Artifact, Grey, Style};
use super::page::{Caption, Column, Entry, Table, Text, Total};
use super::sheets::{Block, ENGLISH, LABEL, LEFT, RIGHT, Sheets, Side, WIDTH, count};
use super::structure::{Element, Role, Structure};

const CELL: Style = Style::new(Weight::Regular, 950, Grey::Black);
const TOTAL: Style = Style::new(Weight::SemiBold, 950, Grey::Black);
const LEADING: Length = 1160;
/// Above and below the lines of a row.
const PADDING: Length = 95;
/// Between columns.
const GAP: Length = 1200;
const TOTAL_HEIGHT: Length = LEADING + 2 * PADDING;
/// The room of each of two totals that share a row.
const HALF: Length = (WIDTH - 2 * GAP) / 2;

/// Where a column stands.
#[derive(Clone, Copy)]
struct Place {
    x: Length,
    room: Length,
    side: Side,
}

impl Sheets<'_> {
    /// Sets a table under its heading; with no rows it is not drawn, for a head over nothing says nothing.
    pub(super) fn table(&mut self, title: Option<&Caption<'_>>, table: &Table<'_>) -> Result<(), PdfError> {
        let (Some((last, others)), Some(field)) = (table.rows.split_last(), table.columns.first()) else {
            return Ok(());
        };
        let places = self.places(table);
        let head = self.head_height(&table.columns, &places);
        let closing = self.closing(table);
        let totals = count(closing.len()) * TOTAL_HEIGHT;
        // The heading, the head and the first row stay together; so do the last row and the totals.
        let first = self.row_height(others.first().unwrap_or(last), &places);
        let first = if others.is_empty() { first + totals } else { first };
        self.make_room(self.heading_height(title) + head + first, field.label.az.place)?;
        self.heading(title);
        let element = self.structure.add(Structure::document(), Role::Table);
        self.say_head(element, &table.columns, &places);
        let body = self.structure.add(element, Role::TableBody);
        for row in others {
            self.turn_table(self.row_height(row, &places), table, &places)?;
            self.say_row(body, row, &places);
            self.rule(Grey::Rule, self.y, 25);
        }
        self.turn_table(self.row_height(last, &places) + totals, table, &places)?;
        self.say_row(body, last, &places);
        self.rule(Grey::Black, self.y, if table.totals.is_empty() { 40 } else { 60 });
        for (beside, total) in closing {
            self.say_totals(body, beside, total, table.columns.len());
        }
        Ok(())
    }

    /// Turns the sheet when a row no longer fits, and repeats the head there.
    fn turn_table(&mut self, height: Length, table: &Table<'_>, places: &[Place]) -> Result<(), PdfError> {
        let field = table.columns.first().map_or("", |column| column.label.az.place);
        if self.make_room(height, field)? {
            self.ink().begin_artifact(Artifact::Layout);
            for (column, place) in table.columns.iter().zip(places) {
                let block = self.head_block(&column.label, *place, places, &table.columns);
                self.draw_label(&column.label, block);
            }
            self.ink().end();
            self.y -= self.head_height(&table.columns, places);
            self.rule(Grey::Black, self.y, 60);
        }
        Ok(())
    }

    fn say_head(&mut self, table: Element, columns: &[Column<'_>], places: &[Place]) {
        let head = self.structure.add(table, Role::TableHead);
        let row = self.structure.add(head, Role::Row);
        for (column, place) in columns.iter().zip(places) {
            let cell = self.structure.add(row, Role::ColumnHead);
            let block = self.head_block(&column.label, *place, places, columns);
            self.say_label(cell, &column.label, block);
        }
        self.y -= self.head_height(columns, places);
        self.rule(Grey::Black, self.y, 60);
    }

    /// Heads of unlike height stand on the rule below them.
    fn head_block(&self, label: &Caption<'_>, place: Place, places: &[Place], columns: &[Column<'_>]) -> Block {
        let lower = self.head_height(columns, places) - 250 - self.label_height(label, place.room);
        Block { x: place.x, room: place.room, baseline: self.y - lower - 850, leading: 0, side: place.side }
    }

    fn head_height(&self, columns: &[Column<'_>], places: &[Place]) -> Length {
        let heights = columns.iter().zip(places).map(|(column, place)| self.label_height(&column.label, place.room));
        heights.max().unwrap_or(0) + 250
    }

    fn row_height(&self, row: &[Text<'_>], places: &[Place]) -> Length {
        let lines = |text: &Text<'_>, place: &Place| self.face(CELL).lines(&text.text, CELL.size, place.room).len();
        let highest = row.iter().zip(places).map(|(text, place)| lines(text, place)).max().unwrap_or(1);
        count(highest) * LEADING + 2 * PADDING
    }

    fn say_row(&mut self, body: Element, row: &[Text<'_>], places: &[Place]) {
        let height = self.row_height(row, places);
        let element = self.structure.add(body, Role::Row);
        for (text, &Place { x, room, side }) in row.iter().zip(places) {
            let cell = self.structure.add(element, Role::Cell(1));
            let lines = self.face(CELL).lines(&text.text, CELL.size, room);
            let block = Block { x, room, baseline: self.y - PADDING - 900, leading: LEADING, side };
            self.say_lines(cell, CELL, block, &lines);
        }
        self.y -= height;
    }

    /// The rows of totals: amounts stand under their column, and what is none stands at the left of one where there is room.
    fn closing<'t, 'a>(&self, table: &'t Table<'a>) -> Vec<(Option<&'t Entry<'a>>, &'t Entry<'a>)> {
        let (amounts, others): (Vec<&Total<'a>>, Vec<&Total<'a>>) =
            table.totals.iter().partition(|total| total.is_amount);
        let fit = |total: &&Total<'a>| self.total_width(&total.entry) <= HALF;
        // Two heads and two values need four columns.
        if table.columns.len() < 4 || !amounts.iter().chain(&others).all(fit) {
            return table.totals.iter().map(|total| (None, &total.entry)).collect();
        }
        let mut others = others.into_iter().map(|total| &total.entry);
        let mut rows: Vec<_> = amounts.into_iter().map(|total| (others.next(), &total.entry)).collect();
        rows.extend(others.map(|entry| (None, entry)));
        rows
    }

    fn total_width(&self, total: &Entry<'_>) -> Length {
        let width = |style: Style, text: &str| self.face(style).width(text, style.size);
        width(TOTAL, &total.label.az.text)
            + width(ENGLISH, &total.label.en.text)
            + width(TOTAL, &total.value.text)
            + 1500
    }

    /// Sets a row of totals, each a label with the English beside it and a value flush with the right of its room.
    fn say_totals(&mut self, body: Element, beside: Option<&Entry<'_>>, total: &Entry<'_>, columns: usize) {
        let row = self.structure.add(body, Role::Row);
        if columns < 2 {
            let cell = self.structure.add(row, Role::Cell(1));
            let line = format!("{}: {}", total.label.az.text, total.value.text);
            let baseline = self.y - PADDING - 900;
            let right = Block { x: LEFT, room: WIDTH, baseline, leading: LEADING, side: Side::Right };
            self.say_lines(cell, TOTAL, right, &[&line]);
        } else if let Some(beside) = beside {
            self.say_total(row, beside, (LEFT, HALF), 1);
            self.say_total(row, total, (RIGHT - HALF, HALF), columns - 3);
        } else {
            self.say_total(row, total, (LEFT, WIDTH), columns - 1);
        }
        self.y -= TOTAL_HEIGHT;
    }

    /// Sets one total in its room, the label over so many columns.
    fn say_total(&mut self, row: Element, total: &Entry<'_>, (x, room): (Length, Length), columns: usize) {
        let baseline = self.y - PADDING - 900;
        let head = self.structure.add(row, Role::RowHead(columns));
        let label = Block { x, room, baseline, leading: LEADING, side: Side::Left };
        let after = x + self.face(TOTAL).width(&total.label.az.text, TOTAL.size) + 500;
        self.say_lines(head, TOTAL, label, &[&total.label.az.text]);
        self.say_english(head, Block { x: after, ..label }, &[&total.label.en.text]);
        let cell = self.structure.add(row, Role::Cell(1));
        self.say_lines(cell, TOTAL, Block { side: Side::Right, ..label }, &[&total.value.text]);
    }

    /// Gives each column the width it wants while all fit; else the widest give way, and none below its fair share.
    fn places(&self, table: &Table<'_>) -> Vec<Place> {
        let wanted: Vec<Length> = (0..table.columns.len()).map(|at| self.wanted(table, at)).collect();
        let gaps = GAP * (count(wanted.len()) - 1);
        let widths = share(&wanted, WIDTH - gaps);
        let mut x = LEFT;
        let side = |column: &Column<'_>| if column.flush_right { Side::Right } else { Side::Left };
        let place = |(column, room): (&Column<'_>, Length)| {
            let place = Place { x, room, side: side(column) };
            x += room + GAP;
            place
        };
        table.columns.iter().zip(widths).map(place).collect()
    }

    fn wanted(&self, table: &Table<'_>, column: usize) -> Length {
        let label = &table.columns[column].label;
        let head = self.face(LABEL).width(&label.az.text, LABEL.size);
        let head = head.max(self.face(ENGLISH).width(&label.en.text, ENGLISH.size));
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        cells.map(|text| self.face(CELL).width(&text.text, CELL.size)).max().unwrap_or(0).max(head) + 50
    }
}

/// Divides `room` among columns that want these widths.
///
/// What is over goes to all in proportion; what is lacking is taken from those above an equal share.
fn share(wanted: &[Length], room: Length) -> Vec<Length> {
    let sum: Length = wanted.iter().sum();
    if sum <= room {
        let spare = i64::from(room - sum);
        let part =
            |&want: &Length| want + Length::try_from(spare * i64::from(want) / i64::from(sum.max(1))).unwrap_or(0);
        return wanted.iter().map(part).collect();
    }
    let mut widths = vec![0; wanted.len()];
    let mut open: Vec<usize> = (0..wanted.len()).collect();
    let mut left = room;
    loop {
        let fair = left / count(open.len().max(1));
        let (content, greedy): (Vec<usize>, Vec<usize>) = open.iter().partition(|&&at| wanted[at] <= fair);
        if content.is_empty() {
            for at in greedy {
                widths[at] = fair;
            }
            return widths;
        }
        for at in content {
            widths[at] = wanted[at];
            left -= wanted[at];
        }
        open = greedy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_what_is_over_and_bear_what_is_lacking() {
        assert_eq!(share(&[100, 100], 400), [200, 200]);
        assert_eq!(share(&[100, 300], 800), [200, 600]);
        assert_eq!(share(&[100, 900, 200], 700), [100, 400, 200]);
        assert_eq!(share(&[500, 900, 50], 650), [300, 300, 50]);
    }
}
