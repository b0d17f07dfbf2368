# What stands around every page.

frame-skip = Skip to the content
frame-navigation = Main navigation
frame-log-out = Log out
frame-find = Find
