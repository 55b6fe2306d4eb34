// `import TokenBudget` is all that a user of the library writes: the rooms below are its
// vocabulary, and their types appear in its interface.
@_exported import BudgetDocuments
@_exported import BudgetSearch
@_exported import ComputeCosts
@_exported import LongWork
@_exported import ScalingLaws
@_exported import SourceText
