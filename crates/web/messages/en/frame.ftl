# What stands around every page.

frame-skip = Skip to the content
frame-navigation = Pages
frame-log-out = Log out
frame-find = Find
frame-everything = Everything
frame-find-in-everything = Find in everything

frame-desk = Desk
frame-mentions = Mentions
frame-searches = Searches
frame-sources = Sources
frame-directory = Directory
frame-settings = Settings
frame-palette = Find or do
frame-palette-hint = A name, a number, a word, something to do
frame-palette-found = Found
frame-palette-nothing = Nothing is called that.
frame-control-enter = Ctrl ⏎
