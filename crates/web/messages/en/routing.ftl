# What routing has learnt: how often it was right, from when on it decides, and examples.

routing = Learning
routing-about = Beside the rules, past cases say where a new one belongs. Every transfer that is accepted, every assignment, confirmation, answer and closing teaches, at once and on this machine.
routing-nothing = Nothing learnt yet
routing-nothing-about = Proposals begin when two departments have five cases each that somebody answered, closed or passed on. Five examples do as well.

routing-right = Right
routing-right-of = { $right } of { $all } proposals in 28 days
routing-first = Went there first
routing-first-of = { $right } of { $all } cases, by rules, topics and past cases
routing-lessons = Learnt
routing-lessons-of = cases and examples, at most { $most }

routing-decides = When a proposal decides
routing-decides-about = Rules come first, then intents and topics that are sure. What they leave open goes where past cases would have it, if that is probable enough; if not, to the fallback desk, where somebody decides with the proposal in view.
routing-confidence = Decide from this probability on
routing-confidence-help = In percent, 50 to 99. Empty: proposals are only shown.
routing-decides-save = Save
routing-now-shown = Proposals are shown and decide nothing.
routing-now-decides = Proposals decide from { $percent } % on.

routing-week = The last seven days at { $percent } %
routing-week-none = Nobody has put a case anywhere in the last seven days.
routing-week-decided = would have been decided
routing-week-right = of these rightly
routing-week-spared = transfers would not have been needed
routing-week-spoilt = would have gone wrong that went right
routing-week-left = would have been left to the fallback desk
routing-week-cases = Cases that would have gone elsewhere
routing-case = Case
routing-went = Went to
routing-would = Would have gone to
routing-belongs = Belongs to
routing-percent = { $percent } %
routing-is-right = right
routing-is-wrong = wrong

routing-days = By day
routing-day = Day
routing-labels = Cases
routing-proposed = Proposed
routing-bands = How sure, and how often right
routing-band = Said to be probable
routing-band-range = { $from } to { $to } %
routing-share = Share

routing-departments = What is known of each department
routing-department = Department
routing-known = Cases and examples
routing-examples = Examples
routing-few = too few to be proposed

routing-teach = Teach a department by examples
routing-teach-about = For a department that is new, or that gets too few cases to be known. Five posts of the kind that it takes are enough.
routing-teach-department = Department
routing-teach-texts = Posts
routing-teach-texts-help = One to a line.
routing-teach-go = Teach
routing-given = Examples given
routing-remove = Remove
routing-unknown-department = choose the department that takes such posts
routing-bad-confidence = give a number from 50 to 99, or leave it empty
