//! Putting things into order, in little code: the library's sorts are faster on a million items, but every kind of
//! item brings kilobytes of its own to the page, which sorts a handful at a time.

use std::collections::BinaryHeap;

/// Sorts by a key; what has equal keys keeps its order.
pub fn by_key<T>(items: &mut [T], key: impl Fn(&T) -> u64) {
    let mut places = places(&mut items.iter().map(key));
    for i in 0..places.len() {
        while places[i] != i {
            let to = places[i];
            items.swap(i, to);
            places.swap(i, to);
        }
    }
}

/// Where each of the keys belongs. The one sort for all kinds of item.
fn places(keys: &mut dyn Iterator<Item = u64>) -> Vec<usize> {
    let heap: BinaryHeap<(u64, usize)> = keys.zip(0..).collect();
    let mut places = vec![0; heap.len()];
    for (place, (_, from)) in heap.into_sorted_vec().into_iter().enumerate() {
        places[from] = place;
    }
    places
}

/// Sorts a few items by what no number tells; equal ones keep their order. The time it takes grows with the square.
pub fn few<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && less(&items[at], &items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sorts_are_stable() {
        let mut items: Vec<(u64, usize)> = (0..200).map(|i| (i as u64 * 37 % 23, i)).collect();
        let mut sorted = items.clone();
        sorted.sort();
        let mut others = items.clone();
        by_key(&mut items, |(key, _)| *key);
        assert_eq!(items, sorted);
        few(&mut others, |a, b| a.0 < b.0);
        assert_eq!(others, sorted);
    }
}
