# Load: who has how much, how cases find an owner, what people have had to read.

load = Load
load-about = Open cases of what each can have, and how much abuse they have had to read. You see everybody in the departments that you lead, and yourself.
load-about-own = Your open cases of what you can have, and how much abuse you have had to read. What you have had to read, only you, your head and administrators see.
load-handover = Hand-over
load-desks = Desks
load-desk = Desk
load-waiting = Waiting
load-on-duty = On duty
load-with-room = { $on } on duty, { $room } with room
load-assignment = Cases find an owner
load-pull = people take them
load-round-robin = given in turn
load-change = Change
load-change-of = Change how cases of { $department } find an owner
load-people = People
load-person = Person
load-cases = Cases
load-cases-of = { $cases } of { $most }
load-cases-any = { $cases } of any number
load-is-full = no room
load-waits = { $count ->
    [one] { $count } waits or sleeps
   *[other] { $count } wait or sleep
}
load-duty = Duty
load-duty-on = on duty
load-duty-until = on duty until
load-duty-off = off duty
load-duty-from = off duty until
load-oldest = Oldest
load-none = none
load-exposure = Exposure
load-points = { $count ->
    [one] { $count } point
   *[other] { $count } points
}
load-exposed = much
load-most = Can have
load-most-of = How many cases { $name } can have
load-any = any number
load-save = Save
load-save-of = Save how many cases { $name } can have
load-you = you
load-settings = What counts as abuse
load-settings-about = A case with one of these tags counts 4 points for whoever gets it, and again when its author writes again. Another whose newest post reads as negative counts 1. Rules set tags; so do people.
load-tags = Tags of abusive cases
load-tags-help = Divided by commas.
load-warn-at = Warn the head at
load-warn-at-help = Points. Once for each person within the days below.
load-half-life = A point weighs half after
load-half-life-help = Days.
load-settings-save = Save what counts
load-unknown = Choose how cases find an owner.
load-number = Write a number of cases, or nothing for any number.
load-number-of = Write a number.
load-how = How cases are given in turn
load-how-text = To whoever is on duty, speaks the language of the post and knows what its tags ask for, most room first. What nobody fits stays with the desk.
