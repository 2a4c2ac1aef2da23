"""The answer as one page: no script, nothing from elsewhere, every text escaped (docs/decisions/0066-a-page-without-script.md).

elements    how HTML and SVG are made: a tree, so that no text can become markup
style       how it looks: narrow and wide, dark and light
bars        a small fleet: an instance a bar, with its tasks
columns     a large one: an instance a column, by group
report      all of it, in its order
"""
