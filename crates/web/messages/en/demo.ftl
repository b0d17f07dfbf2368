# The demonstration: who one can be, what happens next, the tour.

demo-title = Demonstration
demo-who = Who would you like to be?
demo-about = { $company } does not exist. Its kitchen appliances, its people, its customers and every post are made up; nothing here is fetched from anywhere and nothing leaves this machine. You can break what you like: everything can be begun anew.
demo-begin-with = Not sure? Be Mara: she answers in Service, and her day has just become a bad one.
demo-you = you
demo-reads = reads along
demo-administers = administers
demo-on-duty = on duty, { $time } there
demo-off-duty = off duty, { $time } there
demo-storm = What happens next
demo-next = What happens next: { $title }
demo-playing = It is happening now.
demo-told = The story of the lids is told to its end. Posts go on arriving.
demo-over = Begin anew
demo-over-about = Throws away everything that was done here and lets the three weeks happen again. It takes a few seconds.
demo-again = The three weeks happen again
demo-again-about = Everything is made anew. This takes a few seconds; the page goes on by itself.
demo-again-go = Go on
