import RealModule

/// Akaike's information criterion.
enum AkaikeCriterion {
  /// With the correction for short series; `nil` where the correction has no meaning.
  ///
  /// - Source: Hurvich and Tsai, Biometrika 76(2), 1989, doi:10.1093/biomet/76.2.297.
  static func corrected(rss: Double, count: Int, parameters: Int) -> Double? {
    let (m, k) = (Double(count), Double(parameters + 1))
    guard m - k - 1 > 0, rss > 0, rss.isFinite else { return nil }
    return m * Double.log(rss / m) + 2 * k + 2 * k * (k + 1) / (m - k - 1)
  }

  /// What share of the evidence each of some fits of the same data has; 0 for those without a
  /// criterion.
  ///
  /// - Source: Akaike, 1978; Burnham and Anderson, 2002, section 2.9.
  static func weights(_ criteria: [Double?]) -> [Double] {
    guard let lowest = criteria.compactMap({ $0 }).min() else { return criteria.map { _ in 0 } }
    let likelihoods = criteria.map { $0.map { Double.exp((lowest - $0) / 2) } ?? 0 }
    let sum = likelihoods.reduce(0, +)
    return likelihoods.map { $0 / sum }
  }
}
