//! Logistic regression over the same terms, trained from all labels: the upper bound that has all the time it wants.

use std::collections::HashMap;

use switchboard_model::Features;

use super::Said;

/// Passes over all labels.
const PASSES: usize = 20;
/// The step of AdaGrad (Duchi, Hazan, Singer, 2011).
const STEP: f64 = 0.3;

/// Weights of each term for each department.
pub(super) struct Regression {
    rarity: HashMap<u32, f64>,
    weights: HashMap<u32, Vec<f64>>,
    shift: Vec<f64>,
}

impl Regression {
    pub(super) fn train(posts: &[Said], departments: usize) -> Self {
        let mut having: HashMap<u32, usize> = HashMap::new();
        for term in posts.iter().flat_map(|said| &said.features.terms) {
            *having.entry(*term).or_default() += 1;
        }
        let all = posts.len() as f64 + 1.0;
        let rarity = having
            .into_iter()
            .map(|(term, having)| (term, (all / (having as f64 + 1.0)).ln().max(0.0) + 0.1))
            .collect();
        let mut known = Self { rarity, weights: HashMap::new(), shift: vec![0.0; departments] };
        let mut squares: HashMap<u32, Vec<f64>> = HashMap::new();
        let mut of_shift = vec![1e-6; departments];
        for _ in 0..PASSES {
            for said in posts {
                let vector = known.vector(&said.features);
                let shares = known.shares(&vector);
                for (department, share) in shares.iter().enumerate() {
                    let off = share - f64::from(u8::from(department == said.department));
                    of_shift[department] += off * off;
                    known.shift[department] -= STEP * off / of_shift[department].sqrt();
                }
                for (term, value) in &vector {
                    let weights = known.weights.entry(*term).or_insert_with(|| vec![0.0; departments]);
                    let squares = squares.entry(*term).or_insert_with(|| vec![1e-6; departments]);
                    for (department, share) in shares.iter().enumerate() {
                        let slope = (share - f64::from(u8::from(department == said.department))) * value;
                        if slope.abs() > 1e-6 {
                            squares[department] += slope * slope;
                            weights[department] -= STEP * slope / squares[department].sqrt();
                        }
                    }
                }
            }
        }
        known
    }

    pub(super) fn guess(&self, features: &Features) -> usize {
        let shares = self.shares(&self.vector(features));
        shares
            .iter()
            .enumerate()
            .max_by(|one, other| one.1.total_cmp(other.1))
            .map(|(place, _)| place)
            .unwrap_or_default()
    }

    /// The terms that were seen in training, by their rarity, with the length one.
    fn vector(&self, features: &Features) -> Vec<(u32, f64)> {
        let known = features.terms.iter().filter_map(|term| Some((*term, *self.rarity.get(term)?)));
        let mut vector: Vec<(u32, f64)> = known.collect();
        let length = vector.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|(_, value)| *value /= length);
        }
        vector
    }

    fn shares(&self, vector: &[(u32, f64)]) -> Vec<f64> {
        let mut scores = self.shift.clone();
        for (term, value) in vector {
            if let Some(weights) = self.weights.get(term) {
                scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += weight * value);
            }
        }
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        scores.iter_mut().for_each(|score| *score = (*score - highest).exp());
        let sum: f64 = scores.iter().sum();
        scores.iter().map(|score| score / sum).collect()
    }
}
