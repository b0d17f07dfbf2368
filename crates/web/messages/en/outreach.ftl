# Calls and mails by seniors of the company: on the case, in lists, by a link, and in the settings.

outreach = Outreach
outreach-about = Calls and mails by seniors to the authors of cases.
outreach-ask = Ask for a call
outreach-ask-title = Ask for a call or mail, case { $number }
outreach-ask-about = A senior of the company calls the author, or writes to them. The case stays with its owner, and is not closed before there is an outcome.
outreach-ask-go = Ask
outreach-none-seniors = Nobody can be asked yet. Who leads the team, or an administrator, names seniors in the settings.
outreach-none-seniors-go = Name seniors
outreach-channel = How
outreach-channel-call = Call
outreach-channel-mail = Mail
outreach-channel-both = Call or mail
outreach-senior = Who
outreach-senior-best = fits best
outreach-senior-cannot = cannot be asked: { $why }
outreach-script = Script
outreach-script-none = Without a script
outreach-reason = Why
outreach-reason-help = What the senior has to know, beside the conversation.
outreach-contact = How the person can be reached
outreach-contact-help = Telephone number or mail address. Only the senior reads it; it is forgotten { $days ->
    [one] one day
   *[other] { $days } days
} after the outcome.
outreach-due-at = Until when
outreach-due-help = By your clock, { $zone }. If you leave it empty: within { $hours ->
    [one] one hour
   *[other] { $hours } hours
} of the senior's own working time.
outreach-bad-due = Write the time as a day and an hour.
outreach-choose-senior = Choose who is asked.
outreach-bad-choice = Choose one of what is offered.

outreach-state-asked = asked
outreach-state-accepted = accepted
outreach-state-declined = declined
outreach-state-done = done
outreach-state-withdrawn = taken back
outreach-state-returned = came back
outreach-outcome-solved = reached, and it is solved
outreach-outcome-not-solved = reached, but it is not solved
outreach-outcome-left-message = left a message
outreach-outcome-not-reached = not reached
outreach-outcome-mail-sent = mail sent
outreach-outcome-refused = the person does not want it

outreach-panel = Calls and mails by seniors
outreach-panel-call = { $name } is asked to call
outreach-panel-mail = { $name } is asked to write
outreach-panel-due = due
outreach-panel-overdue = overdue
outreach-panel-look = Look
outreach-panel-do = Do it
outreach-close-withdraw = Take back what { $name } is asked for, and close

outreach-mine = Mine
outreach-open = Open
outreach-overdue = Overdue
outreach-done = Ended
outreach-lists = Lists
outreach-figures = The last 30 days
outreach-asked-count = asked for
outreach-reached-count = reached the person
outreach-median = median time to contact
outreach-median-none = none yet
outreach-list-case = Case
outreach-list-senior = Who
outreach-list-what = What
outreach-list-state = State
outreach-list-due = Due
outreach-list-ended = Ended
outreach-list-attempts = { $count ->
    [one] 1 attempt
   *[other] { $count } attempts
}
outreach-list-empty = Nothing here
outreach-list-empty-about = A call or mail is asked for on the page of a case.
outreach-settings-go = Seniors and scripts

outreach-one-call = Call { $name }
outreach-one-mail = Write to { $name }
outreach-one-for = { $who ->
    [you] You are
   *[other] Asked of
}
outreach-one-asked = { $name } asks for it
outreach-one-due = due
outreach-one-why = Why
outreach-one-who = Who it is
outreach-one-reach = How to reach them
outreach-one-reach-hidden = Only { $name } reads this.
outreach-one-reach-gone = It was forgotten after the outcome.
outreach-one-says = { $who ->
    [you] What you can say
   *[other] What they can say
}
outreach-one-steps = Steps
outreach-one-may = { $who ->
    [you] You may promise
   *[other] They may promise
}
outreach-one-may-not = { $who ->
    [you] You may not promise
   *[other] They may not promise
}
outreach-one-attempts = Attempts
outreach-one-posts = What was said
outreach-one-case = Open case { $number }
outreach-one-accept = { $who ->
    [you] I will do it
   *[other] { $name } has said that they will do it
}
outreach-one-decline = Decline
outreach-one-decline-why = { $who ->
    [you] Why you cannot
   *[other] Why they cannot
}
outreach-one-outcome = { $who ->
    [you] What came of it
   *[other] Write down what { $name } told you
}
outreach-one-how = Outcome
outreach-one-again = { $who ->
    [you] Not reached: I will try again
   *[other] Not reached: they will try again
}
outreach-one-note = What there is to say about it
outreach-one-promised = { $who ->
    [you] What you promised
   *[other] What they promised
}
outreach-one-promised-help = { $who ->
    [you] Leave it empty if you promised nothing.
   *[other] Leave it empty if they promised nothing.
}
outreach-one-next = { $who ->
    [you] When you will try again
   *[other] When they will try again
}
outreach-one-next-help = By your clock, { $zone }. Empty: within the usual time.
outreach-one-save = Save the outcome
outreach-one-withdraw = Take it back
outreach-one-withdraw-why = Why
outreach-one-saved = It is written down.
outreach-one-begun = That is written down. What you ticked and wrote below is saved once you press “Save the outcome”.
outreach-one-over = Nothing is left to do here
outreach-one-typed = What you typed was not saved. It stands here, so that you can take it elsewhere.
outreach-one-ended = Outcome
outreach-one-title = A call or mail
outreach-link-somebody-else = This message was for somebody else than you are logged in as. Log out, and open it as whoever it was for.
outreach-somebody = the author

outreach-settings-about = Who calls and writes to authors, and with which words.
outreach-seniors = Seniors
outreach-seniors-none = Nobody yet.
outreach-senior-change = Change
outreach-senior-add = Add a senior
outreach-senior-edit = Change { $name }
outreach-senior-user = Who
outreach-senior-title = What they are to the outside
outreach-senior-title-help = As “VP Customer Care”. It stands where a script says {"{"}title{"}"}.
outreach-senior-channels = What they do
outreach-senior-departments = Departments that they stand for
outreach-senior-departments-help = All, if you choose none.
outreach-senior-most = Open at once
outreach-senior-save = Save the senior
outreach-senior-remove = Ask them no more
outreach-senior-open = { $open } of { $most } open
outreach-senior-all = all departments
outreach-scripts = Scripts
outreach-scripts-none = No scripts.
outreach-script-add = Add a script
outreach-script-edit = Change “{ $name }”
outreach-script-name = Name
outreach-script-for = For
outreach-script-language = Language
outreach-script-language-help = Its tag, as en or pt-BR.
outreach-script-text = What it says
outreach-script-text-help = In braces can stand: { $names }.
outreach-script-steps = Steps, one on each line
outreach-script-may = What may be promised
outreach-script-may-not = What may not
outreach-script-save = Save the script
outreach-script-remove = Remove
outreach-times = Times
outreach-times-due = Minutes of the senior's working time until one is due
outreach-times-warn = Minutes before that at which it warns
outreach-times-keep = Days after the outcome until it is forgotten how the person can be reached
outreach-times-save = Save the times
outreach-new = Start a new one
outreach-bad-number = Write a whole number.

case-event-outreach-asked-call = asked { $name } to call the author
case-event-outreach-asked-mail = asked { $name } to write to the author
case-event-outreach-accepted = will call or write
case-event-outreach-declined = declined to call or write
case-event-outreach-tried = tried to reach the author: { $result }
case-event-outreach-done = called or wrote: { $outcome }
case-event-outreach-withdrawn = took back what { $name } was asked for
case-event-outreach-returned = gave back what a senior was asked for
case-event-outreach-warned = warned: little time is left for { $name } to call or write
case-event-outreach-overdue = told: the time for { $name } to call or write is over
