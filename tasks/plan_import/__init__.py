"""Reading a plan from the Word or Excel file that was signed; nothing here writes to the database.

tables     the file's bytes -> paragraphs and tables   (word_parts, excel_parts in a child process)
appendix   tables -> groups and rows, words verbatim   (headings, row_kinds, products)
body       paragraphs -> targets, areas, frame         (sections)
units      the words of a cell -> units of the office
conclude   a row -> products, deadline and its why, parties
linting    a read or a stored plan -> its gaps
"""
