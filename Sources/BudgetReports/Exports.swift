// A report is of an answer: who prints one has asked for it.
@_exported import TokenBudget
