"""Reading the spreadsheets people really send: grids, headers, cells, findings.

A *grid* is a worksheet as it stands (``reading``, through a child that runs ``workbooks``); a *table* is a grid whose
header was found and whose columns were understood (``tables``); ``cells`` turns one cell into one value; ``sheets``
holds rows with their findings (refused, flagged); ``importers`` says what a feature contributes: its columns, its
checks, how it stores. Nothing here knows what a cadre or a class is.
"""
