// What documents speak of: laws, costs, lattices and places in files.
@_exported import BudgetSearch
@_exported import ComputeCosts
@_exported import ScalingLaws
@_exported import SourceText
