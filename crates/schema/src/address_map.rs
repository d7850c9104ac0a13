//! A map by address, in order, whose copies share what is the same in them.

use std::sync::Arc;

use crate::Address;

/// How many entries a run holds before it is cut in two: as many as are copied when a shared one changes.
const LONGEST: usize = 64;

/// Entries in the order of their addresses. Never empty.
type Run<V> = Vec<(Address, V)>;

/// Values by address, in the order of the addresses.
///
/// They are kept as runs of neighbours. A copy shares the runs, and a change to one of the copies copies the run
/// it is in. So the schema before each of a thousand revisions costs what is different in it.
#[derive(Clone, Debug)]
pub struct AddressMap<V> {
    runs: Vec<Arc<Run<V>>>,
    len: usize,
}

impl<V> Default for AddressMap<V> {
    fn default() -> Self {
        Self { runs: Vec::new(), len: 0 }
    }
}

impl<V> AddressMap<V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value at an address.
    pub fn get(&self, at: &Address) -> Option<&V> {
        let (run, place) = self.find(at).ok()?;
        Some(&self.runs[run][place].1)
    }

    /// Whether there is a value at an address.
    pub fn contains(&self, at: &Address) -> bool {
        self.find(at).is_ok()
    }

    /// All entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Address, &V)> {
        self.runs.iter().flat_map(|run| run.iter().map(|(at, value)| (at, value)))
    }

    /// The entries from an address on, in order; the address itself need not be there.
    pub fn starting_at<'a>(
        &'a self,
        at: &Address,
    ) -> impl Iterator<Item = (&'a Address, &'a V)> + use<'a, V> {
        let (Ok((run, place)) | Err((run, place))) = self.find(at);
        let rest = self.runs.get(run..).unwrap_or_default().iter().flat_map(|run| run.iter());
        rest.skip(place).map(|(at, value)| (at, value))
    }

    /// The run and the place in it where an address is, or where it belongs.
    fn find(&self, at: &Address) -> Result<(usize, usize), (usize, usize)> {
        let behind = self.runs.partition_point(|run| run.first().is_some_and(|(first, _)| first <= at));
        let Some(run) = behind.checked_sub(1) else { return Err((0, 0)) };
        let place = self.runs[run].binary_search_by(|(other, _)| other.cmp(at));
        place.map(|place| (run, place)).map_err(|place| (run, place))
    }
}

impl<V: Clone> AddressMap<V> {
    /// Joins runs of neighbours. Those that are in order, each in itself and one after the other, are taken as they
    /// are; otherwise everything is sorted, and of several values for one address the last one stays.
    pub fn of_runs(runs: impl IntoIterator<Item = Vec<(Address, V)>>) -> Self {
        let runs: Vec<Run<V>> = runs.into_iter().filter(|run| !run.is_empty()).collect();
        let is_in_order = runs.iter().all(|run| run.is_sorted_by(|(a, _), (b, _)| a < b))
            && runs.is_sorted_by(|a, b| a.last().map(|(at, _)| at) < b.first().map(|(at, _)| at));
        if !is_in_order {
            return Self::of_runs([sorted(runs.into_iter().flatten().collect())]);
        }
        let len = runs.iter().map(Vec::len).sum();
        let runs =
            runs.into_iter().flat_map(|run| if run.len() > 2 * LONGEST { cut(run) } else { vec![run] });
        Self { runs: runs.map(Arc::new).collect(), len }
    }

    /// The value at an address, to be changed in place.
    pub fn get_mut(&mut self, at: &Address) -> Option<&mut V> {
        let (run, place) = self.find(at).ok()?;
        Some(&mut Arc::make_mut(&mut self.runs[run])[place].1)
    }

    /// Puts a value in place, whatever was there before; gives back what it replaced.
    pub fn insert(&mut self, at: Address, value: V) -> Option<V> {
        match self.find(&at) {
            Ok((run, place)) => {
                let there = &mut Arc::make_mut(&mut self.runs[run])[place].1;
                Some(std::mem::replace(there, value))
            }
            Err((run, place)) => {
                self.insert_new(run, place, (at, value));
                None
            }
        }
    }

    fn insert_new(&mut self, number: usize, place: usize, entry: (Address, V)) {
        self.len += 1;
        let is_behind_all = number + 1 >= self.runs.len();
        let Some(run) = self.runs.get_mut(number) else {
            self.runs.push(Arc::new(vec![entry]));
            return;
        };
        // What comes in order fills run after run.
        if is_behind_all && place == run.len() && place >= LONGEST {
            self.runs.push(Arc::new(vec![entry]));
            return;
        }
        let run = Arc::make_mut(run);
        run.insert(place, entry);
        if run.len() > LONGEST {
            let second = run.split_off(run.len() / 2);
            self.runs.insert(number + 1, Arc::new(second));
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, at: &Address) -> Option<V> {
        let (number, place) = self.find(at).ok()?;
        let run = Arc::make_mut(&mut self.runs[number]);
        let (_, value) = run.remove(place);
        if run.is_empty() {
            self.runs.remove(number);
        }
        self.len -= 1;
        Some(value)
    }

    /// All entries in order, the values to be changed in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Address, &mut V)> {
        self.runs.iter_mut().flat_map(|run| Arc::make_mut(run).iter_mut().map(|(at, value)| (&*at, value)))
    }

    /// All entries in order, given away.
    pub fn into_entries(self) -> impl DoubleEndedIterator<Item = (Address, V)> {
        self.runs.into_iter().flat_map(Arc::unwrap_or_clone)
    }
}

/// In order, and of several values for one address only the last.
fn sorted<V>(mut entries: Run<V>) -> Run<V> {
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries.reverse();
    entries.dedup_by(|(a, _), (b, _)| a == b);
    entries.reverse();
    entries
}

fn cut<V>(entries: Run<V>) -> Vec<Run<V>> {
    let mut runs = Vec::with_capacity(entries.len().div_ceil(LONGEST));
    let mut rest = entries.into_iter();
    while rest.len() > 0 {
        runs.push(rest.by_ref().take(LONGEST).collect());
    }
    runs
}

impl<V: Clone> FromIterator<(Address, V)> for AddressMap<V> {
    fn from_iter<I: IntoIterator<Item = (Address, V)>>(entries: I) -> Self {
        Self::of_runs([entries.into_iter().collect()])
    }
}

impl<V: PartialEq> PartialEq for AddressMap<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<V: Eq> Eq for AddressMap<V> {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::TableName;

    fn at(number: u16) -> Address {
        Address::column(TableName::new("t"), format!("{number:05}"))
    }

    proptest! {
        #[test]
        fn it_is_the_map_that_the_standard_library_has(
            start in proptest::collection::vec(0_u16..400, 0..300),
            steps in proptest::collection::vec((0_u16..400, any::<bool>()), 0..300),
        ) {
            let entries = || start.iter().enumerate().map(|(value, number)| (at(*number), value));
            let mut wanted: BTreeMap<Address, usize> = entries().collect();
            let mut map: AddressMap<usize> = entries().collect();
            let of_runs = AddressMap::of_runs(entries().map(|entry| vec![entry]));
            prop_assert_eq!(&map, &of_runs);
            let (before, was) = (map.clone(), wanted.clone());
            for (value, (number, is_insert)) in steps.iter().enumerate() {
                let at = at(*number);
                if *is_insert {
                    prop_assert_eq!(map.insert(at.clone(), value), wanted.insert(at, value));
                } else {
                    prop_assert_eq!(map.remove(&at), wanted.remove(&at));
                }
                prop_assert!(map.runs.iter().all(|run| !run.is_empty()));
            }
            for number in 0..400 {
                prop_assert_eq!(map.get(&at(number)), wanted.get(&at(number)));
                prop_assert_eq!(map.get_mut(&at(number)), wanted.get_mut(&at(number)));
            }
            for number in [0, 1, 77, 200, 399] {
                prop_assert!(map.starting_at(&at(number)).eq(wanted.range(at(number)..)));
            }
            prop_assert_eq!(map.len(), wanted.len());
            prop_assert!(map.iter().rev().eq(wanted.iter().rev()));
            prop_assert!(map.iter_mut().map(|(at, value)| (at, *value)).eq(wanted.iter().map(|(at, value)| (at, *value))));
            prop_assert!(map.into_entries().eq(wanted));
            prop_assert!(before.iter().eq(was.iter()), "a copy changed with the map it is a copy of");
        }
    }

    #[test]
    fn runs_in_order_are_taken_as_they_are() {
        let long: Vec<(Address, u16)> = (100..400).map(|number| (at(number), number)).collect();
        let map = AddressMap::of_runs([vec![(at(1), 1), (at(2), 2)], vec![(at(3), 3)], long]);
        let lengths: Vec<usize> = map.runs.iter().map(|run| run.len()).collect();
        assert_eq!(lengths, [2, 1, 64, 64, 64, 64, 44]);
        assert_eq!(map.len(), 303);
    }
}
