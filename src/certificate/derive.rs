//! Derived facts: what follows from the tables of the same certificate is computed here and nowhere else.

use super::content::{Content, Fact};
use super::form;
use crate::catalogue::kind::{Derivation, Origin};
use crate::catalogue::{Absence, FieldCode, FieldSort, Kind, Money, Month, Value};

/// The content with every derived fact, in the order of the kind's fields.
///
/// What follows from a fact that is not there is left out too; the kind's check has seen to it that nothing follows
/// from itself.
pub(super) fn complete(kind: &Kind, facts: Vec<Fact>) -> Content {
    let mut content = Content::new(facts);
    // Each pass finds at least one more fact, or there is none to be found.
    for _ in &kind.fields {
        let mut found = Vec::new();
        for field in kind.fields.iter().filter(|field| content.value(&field.code).is_none()) {
            if let Origin::Derived(derivation) = &field.origin
                && let Some(value) = (Deriving { kind, content: &content }).value(derivation)
            {
                found.push(Fact { field: field.code.clone(), value });
            }
        }
        if found.is_empty() {
            break;
        }
        let mut facts = content.facts().to_vec();
        facts.extend(found);
        content = Content::new(facts);
    }
    let in_order = kind.fields.iter().filter_map(|field| {
        content.value(&field.code).map(|value| Fact { field: field.code.clone(), value: value.clone() })
    });
    Content::new(in_order.collect())
}

struct Deriving<'a> {
    kind: &'a Kind,
    content: &'a Content,
}

/// A table's rows, or why there are none.
type Rows<'a> = Result<&'a [Vec<Value>], Absence>;

impl<'a> Deriving<'a> {
    /// None while something that it follows from is not there.
    fn value(&self, derivation: &Derivation) -> Option<Value> {
        match derivation {
            Derivation::Count { table, column } => {
                let of_rows = |rows: &[Vec<Value>], deriving: &Self| {
                    integer(rows.iter().filter(|row| deriving.is_present(table, column.as_ref(), row)).count())
                };
                Some(self.rows(table)?.map_or_else(Value::Absent, |rows| of_rows(rows, self)))
            }
            Derivation::Distinct { table, column, present } => {
                Some(match self.cells(table, column, present.as_ref())? {
                    Ok(cells) => {
                        let mut different: Vec<&Value> = Vec::new();
                        for cell in cells {
                            if !different.contains(&cell) {
                                different.push(cell);
                            }
                        }
                        integer(different.len())
                    }
                    Err(reason) => Value::Absent(reason),
                })
            }
            Derivation::Sum { table, column } => Some(self.sum(table, column)?),
            Derivation::Quotient { dividend, divisor } => {
                Some(quotient(self.content.value(dividend)?, self.content.value(divisor)?))
            }
            Derivation::Latest { table, column, present } => {
                Some(match self.cells(table, column, present.as_ref())? {
                    Ok(cells) => cells.into_iter().max_by_key(|cell| order(cell)).cloned().unwrap_or(NOTHING),
                    Err(reason) => Value::Absent(reason),
                })
            }
            Derivation::First { table, column } => {
                let at = self.column(table, column)?;
                Some(match self.rows(table)? {
                    Ok(rows) => rows.first().and_then(|row| row.get(at)).cloned().unwrap_or(NOTHING),
                    Err(reason) => Value::Absent(reason),
                })
            }
            Derivation::Decided { when, then, otherwise } => {
                self.content.value(when.field())?;
                let decided = if form::holds(when, self.content) { then } else { otherwise };
                Some(Value::Choice(decided.clone()))
            }
        }
    }

    /// The sum of what is present: 0,00 over no rows, and absent when there are rows and none has an amount.
    fn sum(&self, table: &FieldCode, column: &FieldCode) -> Option<Value> {
        let rows = match self.rows(table)? {
            Ok(rows) => rows,
            Err(reason) => return Some(Value::Absent(reason)),
        };
        let at = self.column(table, column)?;
        let amounts: Vec<i64> = rows
            .iter()
            .filter_map(|row| if let Some(Value::Money(amount)) = row.get(at) { Some(amount.qepik()) } else { None })
            .collect();
        if amounts.is_empty() && !rows.is_empty() {
            return Some(Value::Absent(Absence::NotProvided));
        }
        Some(Value::Money(Money::from_qepik(amounts.iter().fold(0, |sum: i64, amount| sum.saturating_add(*amount)))))
    }

    fn rows(&self, table: &FieldCode) -> Option<Rows<'a>> {
        match self.content.value(table)? {
            Value::Table(rows) => Some(Ok(rows)),
            Value::Absent(reason) => Some(Err(*reason)),
            _ => None,
        }
    }

    fn column(&self, table: &FieldCode, column: &FieldCode) -> Option<usize> {
        let FieldSort::Table(columns) = &self.kind.field(table)?.sort else { return None };
        columns.iter().position(|field| field.code == *column)
    }

    fn is_present(&self, table: &FieldCode, column: Option<&FieldCode>, row: &[Value]) -> bool {
        let Some(column) = column else { return true };
        self.column(table, column).and_then(|at| row.get(at)).is_some_and(|cell| !matches!(cell, Value::Absent(_)))
    }

    /// The present cells of a column, over the rows in which `present` is present too.
    fn cells(
        &self,
        table: &FieldCode,
        column: &FieldCode,
        present: Option<&FieldCode>,
    ) -> Option<Result<Vec<&'a Value>, Absence>> {
        let at = self.column(table, column)?;
        Some(self.rows(table)?.map(|rows| {
            rows.iter()
                .filter(|row| self.is_present(table, present, row))
                .filter_map(|row| row.get(at))
                .filter(|cell| !matches!(cell, Value::Absent(_)))
                .collect()
        }))
    }
}

/// What follows from rows that are not there.
const NOTHING: Value = Value::Absent(Absence::NotApplicable);

fn integer(count: usize) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Rounded half away from zero to the qəpik.
fn quotient(dividend: &Value, divisor: &Value) -> Value {
    match (dividend, divisor) {
        (Value::Money(_), Value::Integer(0)) => NOTHING,
        (Value::Money(sum), Value::Integer(number)) => {
            let (sum, number) = (i128::from(sum.qepik()), i128::from(*number));
            let sign = if (sum < 0) == (number < 0) { 1 } else { -1 };
            let rounded = sign * ((2 * sum.abs() + number.abs()) / (2 * number.abs()));
            Value::Money(Money::from_qepik(i64::try_from(rounded).unwrap_or(i64::MAX)))
        }
        (Value::Absent(reason), _) | (_, Value::Absent(reason)) => Value::Absent(*reason),
        _ => NOTHING,
    }
}

/// The place of a date or month in time.
fn order(cell: &Value) -> Option<(Month, i8)> {
    match cell {
        Value::Date(date) => Some((Month::of(*date), date.day())),
        Value::Month(month) => Some((*month, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(sum: i64, number: i64) -> i64 {
        match quotient(&Value::Money(Money::from_qepik(sum)), &Value::Integer(number)) {
            Value::Money(mean) => mean.qepik(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_mean_is_rounded_half_away_from_zero() {
        for (sum, number, rounded) in
            [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (0, 7, 0), (1_416_024, 11, 128_729)]
        {
            assert_eq!(mean(sum, number), rounded, "{sum} / {number}");
        }
    }

    #[test]
    fn a_mean_over_nothing_is_absent_and_so_is_one_of_nothing() {
        let of = |dividend: &Value, divisor: i64| quotient(dividend, &Value::Integer(divisor));
        assert_eq!(of(&Value::Money(Money::from_qepik(0)), 0), NOTHING);
        assert_eq!(of(&Value::Absent(Absence::NotProvided), 0), Value::Absent(Absence::NotProvided));
    }

    proptest::proptest! {
        #[test]
        fn a_mean_is_never_further_off_than_half_a_qepik(sum in -100_000_000_000_i64..=100_000_000_000, number in 1_i64..500) {
            proptest::prop_assert!(2 * (mean(sum, number) * number - sum).abs() <= number);
        }
    }
}
