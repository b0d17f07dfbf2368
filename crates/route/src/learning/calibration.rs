//! What a score is worth, told from what came of proposals before.

/// Steps of Newton's method; it has long settled by then.
const STEPS: usize = 25;

/// How strongly a score is taken for a probability until something speaks against it: as so many proposals would.
const PRIOR: f64 = 10.0;

/// Scores are taken for no more certain than this.
const CERTAIN: f64 = 0.999;

/// Makes a probability of a score: a logistic function of its log-odds, fitted to results (Platt, Probabilistic outputs for
/// support vector machines, 1999), and held to the score itself where there are few of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    slope: f64,
    shift: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, shift: 0.0 }
    }
}

impl Calibration {
    /// So many results, the newest, are enough.
    pub const RESULTS: usize = 1_000;

    /// Fitted to scores and whether what was proposed was right.
    pub fn fit(results: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let results: Vec<(f64, f64)> =
            results.into_iter().map(|(score, is_right)| (log_odds(score), f64::from(u8::from(is_right)))).collect();
        let Self { mut slope, mut shift } = Self::default();
        for _ in 0..STEPS {
            let (mut by_slope, mut by_shift) = (PRIOR * (slope - 1.0), PRIOR * 0.1 * shift);
            let (mut bend_slope, mut bend_shift, mut bend_both) = (PRIOR, PRIOR * 0.1, 0.0);
            for (odds, is_right) in &results {
                let expected = logistic(slope * odds + shift);
                let (off, spread) = (expected - is_right, expected * (1.0 - expected));
                by_slope += off * odds;
                by_shift += off;
                bend_slope += spread * odds * odds;
                bend_shift += spread;
                bend_both += spread * odds;
            }
            let whole = bend_slope * bend_shift - bend_both * bend_both;
            if whole <= f64::EPSILON {
                break;
            }
            slope -= (bend_shift * by_slope - bend_both * by_shift) / whole;
            shift -= (bend_slope * by_shift - bend_both * by_slope) / whole;
        }
        // A higher score is never worth less, whatever chance has brought together.
        if slope.is_finite() && shift.is_finite() && slope > 0.0 { Self { slope, shift } } else { Self::default() }
    }

    /// The probability that a proposal of that score is right.
    pub fn probability(self, score: f64) -> f64 {
        logistic(self.slope * log_odds(score) + self.shift)
    }
}

fn log_odds(score: f64) -> f64 {
    let score = score.clamp(1.0 - CERTAIN, CERTAIN);
    (score / (1.0 - score)).ln()
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_score_is_taken_for_what_it_says_until_results_speak() {
        let none = Calibration::fit([]);
        assert!((none.probability(0.8) - 0.8).abs() < 1e-9);
        // Scores of 0.9 that are right six times in ten.
        let results = (0..1_000).map(|n| (0.9, n % 10 < 6));
        let fitted = Calibration::fit(results);
        assert!((fitted.probability(0.9) - 0.6).abs() < 0.02, "{}", fitted.probability(0.9));
        let few = Calibration::fit((0..3).map(|_| (0.9, false)));
        let after_few = few.probability(0.9);
        assert!(after_few < 0.9 && after_few > 0.3, "{after_few}");
    }

    proptest! {
        #[test]
        fn probabilities_rise_with_scores(
            results in prop::collection::vec((0.0..=1.0f64, any::<bool>()), 0..200),
            low in 0.0..=1.0f64,
            more in 0.0..=1.0f64,
        ) {
            let calibration = Calibration::fit(results);
            let (one, other) = (calibration.probability(low), calibration.probability((low + more).min(1.0)));
            prop_assert!((0.0..=1.0).contains(&one) && one <= other + 1e-12, "{calibration:?} {one} {other}");
        }
    }
}
