// `import ConfigEmbedding` is all that a user of the library writes: families, source files and
// diagnostics appear in its interface.
@_exported import ComputeCosts
@_exported import SourceText
