//! Turns: unknown files are examined a few at a time, one of each side, and sides that waited longest come first.
//!
//! Whoever sends many files waits for his own: anybody else is served after at most one of each side before her. An
//! organisation, which said who it is, waits for no stranger, however many of them there are, as long as no other
//! organisation is served; and it has what turns are left when nobody else waits. Networks of one IPv6 site wait in one
//! line, in which each has its turn before any has a second.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::door::{Network, Sharer, Side};

/// The turns of all sides. A clone shares them.
#[derive(Clone)]
pub struct Turns(Arc<Mutex<Lines>>);

/// One side's turn; the next one's comes when it is dropped.
pub struct Turn {
    turns: Turns,
    of: Sharer,
}

struct Lines {
    /// How many may be served at once.
    at_once: usize,
    /// Sides that wait and are not served, the longest waiting first.
    waiting: VecDeque<(Sharer, Line)>,
    /// Sides that are served.
    served: HashMap<Sharer, Served>,
}

/// How many turns a side has, and what else it waits for.
struct Served {
    turns: usize,
    line: Line,
}

/// Who waits of one side, by network: each has one turn and then goes behind the others.
#[derive(Default)]
struct Line(VecDeque<(Network, VecDeque<Waiting>)>);

type Waiting = oneshot::Sender<Turn>;

impl Turns {
    /// So many turns at once, of at least one.
    pub fn of(at_once: usize) -> Self {
        let lines = Lines { at_once: at_once.max(1), waiting: VecDeque::new(), served: HashMap::new() };
        Self(Arc::new(Mutex::new(lines)))
    }

    /// Waits for a turn of a side. Whoever stops waiting leaves the line.
    pub async fn turn(&self, side: Side<'_>) -> Option<Turn> {
        let (turn, waiting) = oneshot::channel();
        self.change(|lines| lines.join(side, turn));
        // None only if the line were lost, which is no turn.
        waiting.await.ok()
    }

    /// Changes the lines, and tells those whose turn has come by it.
    fn change(&self, change: impl FnOnce(&mut Lines)) {
        let next: Vec<_> = {
            let mut lines = self.lock();
            change(&mut lines);
            std::iter::from_fn(|| lines.next()).collect()
        };
        for (of, waiting) in next {
            // Whoever went away in this moment gives the turn back by dropping it.
            let _ = waiting.send(Turn { turns: self.clone(), of });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.change(|lines| lines.leave(&self.of));
    }
}

impl Lines {
    fn join(&mut self, side: Side<'_>, turn: Waiting) {
        let of = side.sharer();
        if let Some(served) = self.served.get_mut(&of) {
            served.line.join(side.network, turn);
        } else if let Some((_, line)) = self.waiting.iter_mut().find(|(side, _)| *side == of) {
            line.join(side.network, turn);
        } else {
            let mut line = Line::default();
            line.join(side.network, turn);
            self.waiting.push_back((of, line));
        }
    }

    /// A side that was served goes behind all that wait.
    fn leave(&mut self, of: &Sharer) {
        let Some(served) = self.served.get_mut(of) else { return };
        served.turns -= 1;
        if served.turns == 0
            && let Some((of, Served { line, .. })) = self.served.remove_entry(of)
        {
            self.waiting.push_back((of, line));
        }
    }

    /// The next whose turn has come, if there is one.
    fn next(&mut self) -> Option<(Sharer, Waiting)> {
        let taken: usize = self.served.values().map(|served| served.turns).sum();
        if taken >= self.at_once {
            return None;
        }
        self.waiting.retain_mut(|(_, line)| line.waits());
        if let Some((of, mut line)) = self.first().and_then(|first| self.waiting.remove(first)) {
            let waiting = line.next()?;
            self.served.insert(of.clone(), Served { turns: 1, line });
            return Some((of, waiting));
        }
        let organisations = self.served.iter_mut().filter(|(of, _)| of.is_organisation());
        let waiting = organisations.filter_map(|(of, served)| served.line.waits().then_some((of, served)));
        let (of, served) = waiting.min_by_key(|(_, served)| served.turns)?;
        let waiting = served.line.next()?;
        served.turns += 1;
        Some((of.clone(), waiting))
    }

    /// Whose turn is next of those that wait: an organisation's, unless organisations had the last turn from strangers.
    fn first(&self) -> Option<usize> {
        let by_organisations: usize =
            self.served.iter().filter(|(of, _)| of.is_organisation()).map(|(_, served)| served.turns).sum();
        let organisations_first = by_organisations + 1 < self.at_once.max(2);
        let longest = |organisation| self.waiting.iter().position(|(of, _)| of.is_organisation() == organisation);
        longest(organisations_first).or_else(|| longest(!organisations_first))
    }
}

impl Line {
    fn join(&mut self, network: Network, turn: Waiting) {
        match self.0.iter_mut().find(|(of, _)| *of == network) {
            Some((_, turns)) => turns.push_back(turn),
            None => self.0.push_back((network, VecDeque::from([turn]))),
        }
    }

    /// Whether anybody waits in it who has not gone away.
    fn waits(&mut self) -> bool {
        for (_, turns) in &mut self.0 {
            turns.retain(|waiting| !waiting.is_closed());
        }
        self.0.retain(|(_, turns)| !turns.is_empty());
        !self.0.is_empty()
    }

    fn next(&mut self) -> Option<Waiting> {
        let (network, mut turns) = self.0.pop_front()?;
        let next = turns.pop_front();
        if !turns.is_empty() {
            self.0.push_back((network, turns));
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;
    use crate::auth::Asker;

    fn side(host: u8) -> Side<'static> {
        from(&format!("203.0.113.{host}"))
    }

    fn from(address: &str) -> Side<'static> {
        Side { network: Network::of(address.parse().unwrap()), asker: None }
    }

    fn asker(voen: &str) -> Asker {
        Asker { organisation: voen.parse().unwrap(), name: "Bank".to_owned(), by: "token".to_owned() }
    }

    /// The turn, if it has come.
    fn come(waiting: &mut (impl Future<Output = Option<Turn>> + Unpin)) -> Option<Turn> {
        match pin!(waiting).poll(&mut Context::from_waker(Waker::noop())) {
            std::task::Poll::Ready(turn) => Some(turn.unwrap()),
            std::task::Poll::Pending => None,
        }
    }

    #[test]
    fn a_side_is_served_one_at_a_time_though_turns_are_left() {
        let turns = Turns::of(2);
        let [mut first, mut second] = [1, 1].map(|host| Box::pin(turns.turn(side(host))));
        let turn = come(&mut first).unwrap();
        assert!(come(&mut second).is_none());
        let mut other = Box::pin(turns.turn(side(2)));
        assert!(come(&mut other).is_some(), "another side need not wait for it");
        drop(turn);
        assert!(come(&mut second).is_some());
    }

    #[test]
    fn whoever_comes_later_with_one_is_served_before_the_next_of_those_with_many() {
        let turns = Turns::of(2);
        let mut many: Vec<_> = (0..20).map(|turn| Box::pin(turns.turn(side(1 + turn % 2)))).collect();
        let mut served: Vec<_> = many.iter_mut().map(come).collect();
        assert_eq!(served.iter().flatten().count(), 2);
        let mut late = Box::pin(turns.turn(side(3)));
        assert!(come(&mut late).is_none());
        served[0] = None;
        assert!(come(&mut late).is_some(), "after one examination, and not after twenty");
    }

    #[test]
    fn whoever_goes_away_is_no_longer_waited_for() {
        let turns = Turns::of(1);
        let mut first = Box::pin(turns.turn(side(1)));
        let turn = come(&mut first).unwrap();
        let [mut gone, mut told] = [2, 3].map(|host| Box::pin(turns.turn(side(host))));
        assert!(come(&mut gone).is_none() && come(&mut told).is_none());
        drop(gone);
        drop(turn);
        let mut last = Box::pin(turns.turn(side(4)));
        assert!(come(&mut last).is_none());
        // This one goes away after it was told and before it heard.
        drop(told);
        assert!(come(&mut last).is_some());
        drop((first, last));
        let lines = turns.lock();
        assert!(lines.waiting.is_empty() && lines.served.is_empty());
    }

    #[test]
    fn an_organisation_waits_for_no_stranger_beyond_the_one_that_is_served() {
        let turns = Turns::of(2);
        let mut strangers: Vec<_> = (0..20).map(|host| Box::pin(turns.turn(side(host)))).collect();
        let mut served: Vec<_> = strangers.iter_mut().map(come).collect();
        let bank = asker("9900000141");
        let of_the_bank = Side { asker: Some(&bank), ..side(30) };
        let mut clerks: Vec<_> = (0..3).map(|_| Box::pin(turns.turn(of_the_bank))).collect();
        assert!(clerks.iter_mut().all(|clerk| come(clerk).is_none()));
        served[0] = None;
        let first = come(&mut clerks[0]);
        assert!(first.is_some(), "before the eighteen that waited longer");
        served[1] = None;
        assert!(come(&mut clerks[1]).is_none() && come(&mut strangers[2]).is_some(), "the other turn is strangers'");
        drop(first);
        assert!(come(&mut clerks[1]).is_some());
    }

    #[test]
    fn organisations_leave_a_turn_to_strangers() {
        let turns = Turns::of(2);
        let [bank, other] = ["9900000141", "9900200181"].map(asker);
        let [of_the_bank, of_the_other] = [&bank, &other].map(|asker| Side { asker: Some(asker), ..side(30) });
        let mut first = Box::pin(turns.turn(of_the_bank));
        let _first = come(&mut first).unwrap();
        let mut second = Box::pin(turns.turn(of_the_other));
        let second_turn = come(&mut second).unwrap();
        let [mut again, mut stranger] = [of_the_other, side(1)].map(|side| Box::pin(turns.turn(side)));
        assert!(come(&mut again).is_none() && come(&mut stranger).is_none());
        drop(second_turn);
        assert!(come(&mut again).is_none() && come(&mut stranger).is_some());
    }

    #[test]
    fn an_organisation_has_every_turn_while_nobody_else_waits() {
        let turns = Turns::of(2);
        let bank = asker("9900000141");
        let of_the_bank = Side { asker: Some(&bank), ..side(30) };
        let mut clerks: Vec<_> = (0..4).map(|_| Box::pin(turns.turn(of_the_bank))).collect();
        let mut served: Vec<_> = clerks.iter_mut().map(come).collect();
        assert_eq!(served.iter().flatten().count(), 2);
        let mut stranger = Box::pin(turns.turn(side(1)));
        assert!(come(&mut stranger).is_none());
        served[0] = None;
        let _stranger = come(&mut stranger).unwrap();
        assert!(come(&mut clerks[2]).is_none());
        served[1] = None;
        assert!(come(&mut clerks[2]).is_some());
    }

    #[test]
    fn in_a_sites_line_one_network_with_many_files_lets_the_others_between() {
        let turns = Turns::of(2);
        let mut many: Vec<_> = (0..20).map(|_| Box::pin(turns.turn(from("2001:db8:1:1::1")))).collect();
        let mut served: Vec<_> = many.iter_mut().map(come).collect();
        assert_eq!(served.iter().flatten().count(), 1);
        let turn = served.swap_remove(0);
        let mut neighbour = Box::pin(turns.turn(from("2001:db8:1:2::1")));
        assert!(come(&mut neighbour).is_none(), "one of a site at a time");
        drop(turn);
        let turn = come(&mut many[1]).unwrap();
        drop(turn);
        assert!(come(&mut neighbour).is_some(), "and not after twenty");
    }
}
