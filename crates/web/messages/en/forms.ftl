# Forms of all pages.

forms-bad-text = the form holds the character U+0000, which no text may hold
