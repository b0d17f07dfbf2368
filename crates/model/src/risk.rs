//! What is at stake in a case, for each interest of the company at once.

use serde::{Deserialize, Serialize};

use crate::Interest;
use crate::signal::SAID_IN_PRIVATE;

/// How high a gauge must stand for the departments of its interest to be told.
pub const HIGH: u8 = 60;

/// One gauge: how much is at stake, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gauge {
    /// 0 for nothing to 100.
    pub level: u8,
    /// What raised it, in words, the strongest first.
    pub why: Vec<String>,
}

/// The three gauges of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assessment {
    /// Somebody needs help.
    pub service: Gauge,
    /// Somebody may buy, or stop buying.
    pub sale: Gauge,
    /// It may harm the company in public.
    pub press: Gauge,
}

impl Assessment {
    /// The gauge of an interest.
    pub fn of(&self, interest: Interest) -> &Gauge {
        match interest {
            Interest::Service => &self.service,
            Interest::Sale => &self.sale,
            Interest::Press => &self.press,
        }
    }

    /// The interests whose gauge is high, in their order.
    pub fn high(&self) -> impl Iterator<Item = Interest> + '_ {
        Interest::ALL.into_iter().filter(|interest| self.of(*interest).level >= HIGH)
    }

    /// The same without the words by which it was judged: they were said in private.
    #[must_use]
    pub fn hushed(mut self) -> Self {
        for gauge in [&mut self.service, &mut self.sale, &mut self.press] {
            if !gauge.why.is_empty() {
                gauge.why = vec![SAID_IN_PRIVATE.to_owned()];
            }
        }
        self
    }

    /// The higher of two readings of each gauge: what was at stake once in a conversation still is.
    #[must_use]
    pub fn highest(self, other: Self) -> Self {
        let higher = |one: Gauge, other: Gauge| if other.level > one.level { other } else { one };
        Self {
            service: higher(self.service, other.service),
            sale: higher(self.sale, other.sale),
            press: higher(self.press, other.press),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauges_only_rise() {
        let gauge = |level: u8| Gauge { level, why: vec![level.to_string()] };
        let first = Assessment { service: gauge(70), sale: gauge(10), press: gauge(0) };
        let next = Assessment { service: gauge(20), sale: gauge(60), press: gauge(0) };
        let both = first.highest(next);
        assert_eq!((both.service.level, both.sale.why.as_slice()), (70, &["60".to_owned()][..]));
        assert_eq!(both.high().collect::<Vec<_>>(), [Interest::Service, Interest::Sale]);
    }
}
