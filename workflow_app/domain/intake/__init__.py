"""Reading tables of administrative penalties and licences that units send in: pure, no rows written, no pages.

sheets      a CSV or XLSX file as a header and numbered rows (delimited, workbook)
columns     what a column is and how its heading is recognised; layouts holds the columns of both tables
penalties   a row as a PenaltyRow, or what is wrong with it and how to mend it
licences    the same for licences
rejected    the rows that were not taken, written back with the reasons
classes     the class of dishonesty that a penalty suggests; the finding unit chooses
"""
