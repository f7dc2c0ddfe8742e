//! Grids: labels at the left and values at the right, several short entries in a row, so that a sheet holds more.

use super::PdfError;
use super::body::BETWEEN_PARTS;
use super::faces::Length;
use super::ink::Grey;
use super::page::{Caption, Entry};
use super::sheets::{Block, LEFT, Sheets, Side, VALUE, VALUE_LEADING, WIDTH, count};
use super::structure::{Element, Role, Structure};

/// A grid that is no higher is not torn apart by the turn of a sheet: four or five rows.
const NOT_TORN: Length = 13_000;
/// Above and below what a row of a grid says.
const PADDING: Length = 170;
/// Clear paper to the right of a label, and of a value beside which another entry stands.
const GAP: Length = 500;

/// An entry may share its row when its label has three lines at most, with the English, and its value two.
const SHORT_LABEL: Length = 3100;
const SHORT_VALUE: usize = 2;

/// A division of the width into slots. An entry takes one of them; the widest of a row takes those that are over.
struct Slots {
    count: usize,
    /// The room of a label, with the gap to its value.
    label: Length,
}

/// What a narrower division must save: nearly a row.
const LESS: Length = 2000;

const DIVISIONS: [Slots; 2] = [Slots { count: 2, label: 10_000 }, Slots { count: 3, label: 7000 }];

impl Slots {
    fn width(&self, slots: usize) -> Length {
        (WIDTH + GAP) / count(self.count) * count(slots)
    }

    fn label_room(&self) -> Length {
        self.label - GAP
    }

    /// The room of a value whose entry takes so many slots.
    fn value_room(&self, slots: usize) -> Length {
        self.width(slots) - self.label - GAP
    }
}

/// Entries that share a row, and how many slots each takes.
struct GridRow<'e, 'a> {
    entries: &'e [Entry<'a>],
    /// The entry that takes the slots that are over.
    widest: usize,
}

impl GridRow<'_, '_> {
    fn slots_of(&self, at: usize, slots: &Slots) -> usize {
        if at == self.widest { 1 + slots.count - self.entries.len() } else { 1 }
    }
}

impl Sheets<'_> {
    pub(super) fn grids(&mut self, title: Option<&Caption<'_>>, grids: &[Vec<Entry<'_>>]) -> Result<(), PdfError> {
        let mut title = title;
        for (at, grid) in grids.iter().enumerate() {
            if at > 0 {
                self.y -= BETWEEN_PARTS / 2;
            }
            self.grid(title.take(), grid)?;
        }
        Ok(())
    }

    /// Sets one grid with a light rule between rows: a table whose rows have heads.
    fn grid(&mut self, title: Option<&Caption<'_>>, entries: &[Entry<'_>]) -> Result<(), PdfError> {
        let Some(place) = entries.first().map(|entry| entry.value.place) else { return Ok(()) };
        let (slots, rows) = self.divide(entries);
        let heights: Vec<Length> = rows.iter().map(|row| self.grid_row_height(row, slots)).collect();
        let whole: Length = heights.iter().sum();
        let height = if whole <= NOT_TORN { whole } else { heights.first().copied().unwrap_or(0) };
        self.make_room(self.heading_height(title) + height, place)?;
        self.heading(title);
        let table = self.structure.add(Structure::document(), Role::Table);
        let shared = rows.iter().any(|row| row.entries.len() > 1);
        // Without a heading, a black rule says that something else begins.
        self.rule(if title.is_some() { Grey::Rule } else { Grey::Black }, self.y, 40);
        for (row, height) in rows.iter().zip(heights) {
            if self.make_room(height, row.entries.first().map_or(place, |entry| entry.value.place))? {
                self.rule(Grey::Rule, self.y, 40);
            }
            let element = self.structure.add(table, Role::Row);
            let mut x = LEFT;
            for (at, entry) in row.entries.iter().enumerate() {
                let taken = row.slots_of(at, slots);
                let columns = if shared { 2 * taken - 1 } else { 1 };
                let cells =
                    (self.structure.add(element, Role::RowHead(1)), self.structure.add(element, Role::Cell(columns)));
                self.entry(cells, entry, x, slots, taken);
                x += slots.width(taken);
            }
            self.y -= height;
            self.rule(Grey::Rule, self.y, 25);
        }
        Ok(())
    }

    /// The division into two slots, which is calmer, unless three save a row; and the rows.
    fn divide<'e, 'a>(&self, entries: &'e [Entry<'a>]) -> (&'static Slots, Vec<GridRow<'e, 'a>>) {
        let [two, three] = &DIVISIONS;
        let (in_two, height_in_two) = self.grid_rows(entries, two);
        let (in_three, height_in_three) = self.grid_rows(entries, three);
        if height_in_three + LESS <= height_in_two { (three, in_three) } else { (two, in_two) }
    }

    /// Divides entries into rows so that all together are lowest, and says how high they are then.
    fn grid_rows<'e, 'a>(&self, entries: &'e [Entry<'a>], slots: &Slots) -> (Vec<GridRow<'e, 'a>>, Length) {
        // From the last to the first: how high all from here on are at best, and how many share the first row then.
        let mut best = vec![(0, 0); entries.len() + 1];
        for at in (0..entries.len()).rev() {
            let most = slots.count.min(entries.len() - at);
            let costs = (1..=most).filter_map(|shared| {
                let row = self.grid_row(&entries[at..at + shared]);
                let cost = self.cost(&row, slots)?;
                Some((cost + best[at + shared].0, shared))
            });
            best[at] = costs.min().unwrap_or((0, 1));
        }
        let mut rest = entries;
        let mut rows = Vec::with_capacity(entries.len());
        while let Some((row, left)) = rest.split_at_checked(best[entries.len() - rest.len()].1)
            && !row.is_empty()
        {
            rows.push(self.grid_row(row));
            rest = left;
        }
        (rows, best[0].0)
    }

    fn grid_row<'e, 'a>(&self, entries: &'e [Entry<'a>]) -> GridRow<'e, 'a> {
        let width = |at: &usize| self.face(VALUE).width(&entries[*at].value.text, VALUE.size);
        GridRow { entries, widest: (0..entries.len()).max_by_key(width).unwrap_or(0) }
    }

    /// What a row costs: its height, and a little for each wrapped line, so that of two divisions equally high the one
    /// with fewer wins. None when its entries are too long to share it.
    fn cost(&self, row: &GridRow<'_, '_>, slots: &Slots) -> Option<Length> {
        let mut wrapped = 0;
        for (at, entry) in row.entries.iter().enumerate() {
            let lines = self.value_lines(entry, slots.value_room(row.slots_of(at, slots)));
            let broken = lines.iter().rev().skip(1).any(|line| !line.ends_with(' '));
            let high = lines.len() > SHORT_VALUE || self.label_height(&entry.label, slots.label_room()) > SHORT_LABEL;
            if row.entries.len() > 1 && (broken || high) {
                return None;
            }
            wrapped += count(lines.len() - 1) * 50;
        }
        Some(self.grid_row_height(row, slots) + wrapped)
    }

    fn value_lines<'e>(&self, entry: &'e Entry<'_>, room: Length) -> Vec<&'e str> {
        self.face(VALUE).lines(&entry.value.text, VALUE.size, room)
    }

    fn grid_row_height(&self, row: &GridRow<'_, '_>, slots: &Slots) -> Length {
        let height = |(at, entry): (usize, &Entry<'_>)| {
            let value = self.value_lines(entry, slots.value_room(row.slots_of(at, slots))).len();
            self.label_height(&entry.label, slots.label_room()).max(count(value) * VALUE_LEADING)
        };
        row.entries.iter().enumerate().map(height).max().unwrap_or(0) + 2 * PADDING
    }

    /// Sets one entry; label and value share their first baseline.
    fn entry(&mut self, (head, cell): (Element, Element), entry: &Entry<'_>, x: Length, slots: &Slots, taken: usize) {
        let room = slots.label_room();
        let label = Block { x, room, baseline: self.y - PADDING - 900, leading: 0, side: Side::Left };
        self.say_label(head, &entry.label, label);
        let room = slots.value_room(taken);
        let lines = self.value_lines(entry, room);
        self.say_lines(cell, VALUE, Block { x: x + slots.label, room, leading: VALUE_LEADING, ..label }, &lines);
    }
}
