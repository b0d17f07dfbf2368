# Hand-over: what becomes of one's cases when the shift ends, and giving them on before that.

handover = Hand-over
handover-ends = Your shift ends
handover-back = You are back
handover-off = You are off duty until
handover-always = You are always on duty, so nothing happens to your cases by itself.
handover-about = What runs out before you are back goes to the desk; the rest stays with you, marked as off duty. Write what the next one has to know, and hand over what cannot wait.
handover-none = You have no open cases
handover-none-about = There is nothing to hand over.
handover-sum = { $count ->
    [one] { $count } open case
   *[other] { $count } open cases
}
handover-return = { $count ->
    [0] none goes to the desk
    [one] { $count } goes to the desk
   *[other] { $count } go to the desk
}
handover-then-stays = stays with you
handover-then-returns = goes to the desk
handover-then-nothing = stays with you
handover-due = runs out
handover-over = ran out
handover-which = Hand over
handover-open = Open
handover-lost = What you wrote for case { $number }, which is not in your list any more
handover-note = Note for whoever gets case { $number }
handover-note-hint = What the next one has to know
handover-to = Hand the marked ones to
handover-desk = the desk
handover-colleague-none = No colleague who could have them is on duty.
handover-go = Hand over
handover-keep = Only leave the notes
handover-no-note = No note is written. Write one below the case it is about.
handover-choose = Choose a colleague who is on duty, or the desk.
handover-done-title = What was handed over
handover-done = { $count ->
    [one] { $count } case is done.
   *[other] { $count } cases are done.
}
handover-unchanged = { $count ->
    [one] { $count } needed nothing.
   *[other] { $count } needed nothing.
}
handover-refused = { $count ->
    [one] { $count } could not be handed over:
   *[other] { $count } could not be handed over:
}
