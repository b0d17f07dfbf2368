# Exclusion packs.

packs = Exclusion packs
packs-about = A pack is a query under a name. Searches leave out what it finds, rules act on it:
packs-add = Add a pack
packs-export = As a file
packs-export-all = All as a file
packs-kind-jobs = Jobs
packs-kind-spam = Spam
packs-kind-coupons = Coupons
packs-kind-giveaways = Giveaways
packs-kind-homonym = The other meaning of a word
packs-kind-other = Anything else
packs-shipped = Shipped, version { $version }
packs-adapted = Adapted by you
packs-adapted-behind = Adapted by you; version { $version } is shipped now
packs-own = Your own
packs-broken = No query can name it: { $why }
packs-in-searches = In the searches
packs-in-rules = In the rules
packs-in-packs = In the packs
packs-show-query = What it finds

packs-new = A new pack
packs-new-about = Searches and rules can name it as soon as it is there.
packs-name = Name
packs-name-help = By which queries name it: letters a–z, digits and hyphens. It stays.
packs-title = Title
packs-title-help = What it is called in words.
packs-query = What it finds
packs-query-help = In the language of searches. It may include other packs by in:name.
packs-description = Description
packs-kind = What it is for
packs-languages = Languages
packs-languages-help = Those that it knows, as en, de.
packs-try = Try it
packs-unused = Nothing names in:{ $name } yet.
packs-used = in:{ $name } is named by { $uses }.
packs-resetting = Back to the shipped one
packs-resetting-about = What you have changed is given up. New releases keep the pack up to date again.
packs-resetting-submit = Take the shipped one
packs-removing = Removing the pack
packs-removing-about = A pack that a search, a rule or another pack names stays until they do not.
packs-removing-submit = Remove the pack

packs-tried-headline = Finds { $found } of { $posts } posts
packs-tried-about = Of all that is stored and was heard since { $since }.
packs-tried-cut = Time was up: only what was stored and heard since { $since } was looked at.
packs-tried-loses = would lose { $loses } of its { $all } posts
packs-tried-spared = leaves it out already: spared { $loses } of { $all } posts
packs-tried-no-search = No search listens yet.
packs-tried-sample = The newest that it finds

packs-homonym = A word with another meaning
packs-homonym-about = Say which word you mean and what it stands near when it means something else. You see the query before anything is kept.
packs-homonym-submit = Make the query
packs-homonym-word = The word
packs-homonym-word-help = As your searches have it: apple
packs-homonym-others = Words of the other meaning
packs-homonym-others-help = One each line: pie, juice, orchard. A post counts where one stands within eight words.
packs-homonym-ours = Words of yours
packs-homonym-ours-help = One each line. A post that says one of them is never left out.
packs-homonym-title = { $word }, the other meaning
packs-homonym-made = This is the query. Look at it, try it, and keep it under a name.

packs-import = Take over a file
packs-import-about = Packs that another installation has written. You see what is new and what changes before anything is taken.
packs-import-file = The file
packs-import-file-help = Paste its text: TOML, with [[pack]] above each.
packs-import-look = Look at it
packs-import-take = Take them over
packs-import-would = { $count ->
    [0] Nothing can be taken over
    [one] One pack can be taken over
   *[other] { $count } packs can be taken over
}
packs-import-done = { $count ->
    [0] Nothing was taken over
    [one] One pack was taken over
   *[other] { $count } packs were taken over
}
packs-import-new = new
packs-import-changed = changes the one that is here
packs-import-same = the same as here
packs-import-bad = cannot be used: { $why }
packs-import-before = Here:
packs-import-after = In the file:
