# The orphan sweep: its report, and why a mention needs no case.

sweep = Orphan sweep
sweep-about = Every hour each mention that needs an answer is looked at: it is in a case, or somebody said why it needs none. What nobody has gets its case at once.
sweep-last = last
sweep-took = took { $ms } ms
sweep-now = Sweep now
sweep-none-forgotten = Nobody is forgotten.
sweep-found = { $count ->
    [one] { $count } mention was with nobody.
   *[other] { $count } mentions were with nobody.
}
sweep-findings = Found on
sweep-opened = It has an owner now:
sweep-sum = { $mentions } need an answer: { $owned } are owned, { $answered } answered, { $dismissed } dismissed with a reason.
sweep-left = Nothing could be done:
sweep-more = { $count ->
    [one] 1 more; the API names them all.
   *[other] { $count } more; the API names them all.
}
sweep-never = No sweep yet
sweep-never-about = The first one runs within a minute after switchboard starts.
sweep-runs = Sweeps
sweep-when = When
sweep-mentions = Need an answer
sweep-owned = Owned
sweep-answered = Answered
sweep-dismissed = Dismissed
sweep-orphans = With nobody

# Reasons
sweep-reason-nothing-to-answer = nothing to answer
sweep-reason-off-topic = not about us
sweep-reason-spam = spam
sweep-reason-handled = handled elsewhere
sweep-reason-provocation = a provocation, better not answered
sweep-reason-other = something else, see the note
sweep-reason-rule = by a rule
sweep-reason-back-fill = taken in from the past
sweep-reason-before-set-up = stored before the set-up
sweep-reason-deleted = deleted on its network
sweep-reason-own-account = said by our own account
