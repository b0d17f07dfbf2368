//! Who else has something at stake in a case, and who follows it beside its owner.

use std::borrow::Cow;

use switchboard_model::risk::HIGH;
use switchboard_model::{Assessment, Case, Interest};

use crate::pages::colleagues::Colleagues;

/// One of the three gauges.
pub(crate) struct GaugeView {
    pub(crate) name: Cow<'static, str>,
    pub(crate) level: u8,
    pub(crate) is_high: bool,
    /// What raised it, the strongest first.
    pub(crate) why: String,
}

/// The gauges of a case.
pub(crate) fn gauges(risk: &Assessment) -> Vec<GaugeView> {
    let view = |interest| {
        let gauge = risk.of(interest);
        GaugeView { name: name(interest), level: gauge.level, is_high: gauge.level >= HIGH, why: gauge.why.join("; ") }
    };
    Interest::ALL.into_iter().map(view).collect()
}

/// What an interest is called.
pub(crate) fn name(interest: Interest) -> Cow<'static, str> {
    match interest {
        Interest::Service => t!("case-interest-service"),
        Interest::Sale => t!("case-interest-sale"),
        Interest::Press => t!("case-interest-press"),
    }
}

/// Who follows a case.
pub(crate) struct FollowersView {
    /// Who looks follows it.
    pub(crate) is_you: bool,
    /// Everybody who follows it: the value and the name of each, and whether that is who looks.
    pub(crate) users: Vec<(String, String, bool)>,
    /// Departments beside its own: value and name.
    pub(crate) departments: Vec<(String, String)>,
    /// Departments that could be asked to follow it.
    pub(crate) others: Vec<(String, String)>,
}

impl FollowersView {
    pub(crate) fn new(case: &Case, colleagues: &Colleagues) -> Self {
        let user = |id: &switchboard_model::UserId| {
            let is_you = colleagues.is_you(*id);
            let name = if is_you { t!("words-you-first").into_owned() } else { colleagues.full_name(*id) };
            (id.to_string(), name, is_you)
        };
        let could = |id: switchboard_model::DepartmentId| id != case.department && !case.involved.contains(&id);
        let others = colleagues.departments.iter().filter(|department| department.is_active && could(department.id));
        Self {
            is_you: case.watchers.iter().any(|id| colleagues.is_you(*id)),
            users: case.watchers.iter().map(user).collect(),
            departments: case.involved.iter().map(|id| (id.to_string(), colleagues.department(*id))).collect(),
            others: others.map(|department| (department.id.to_string(), department.name.clone())).collect(),
        }
    }

    /// Whether nobody follows it.
    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty() && self.departments.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn whoever_follows_cannot_be_asked_again() {
        let (case, _) = samples::case();
        let view = FollowersView::new(&case, &samples::colleagues());
        let names = |list: &[(String, String)]| list.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&view.departments), ["Sales"]);
        assert!(names(&view.others).iter().all(|name| name != "Sales" && name != "Service"), "{:?}", view.others);
        assert!(!view.is_you && view.users.len() == 1);
    }

    #[test]
    fn a_high_gauge_says_so_and_why() {
        let (case, _) = samples::case();
        let high: Vec<bool> = gauges(&case.risk).iter().map(|gauge| gauge.is_high).collect();
        assert_eq!(high, [true, false, true]);
    }
}
