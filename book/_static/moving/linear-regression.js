/** The figures of the part on linear regression. */
"use strict";

(function ({ moving, descent }) {
  // Learning rate: a run on the surface, and what every step leaves of its two parts.
  moving.kind("linear-regression:rates", (figure) => {
    const { rate, start } = figure.values;
    const { steps, minimum, curvatures, directions, tolerance } = figure.data;
    const { loss } = figure.losses;
    const run = descent.rules.gradientDescent(loss, start, { learningRate: rate });
    figure.line("path", descent.trace(run, loss, steps).parameters);
    figure.line("start", [start]);
    figure.place("start", start);
    // In each direction the distance from the minimum is multiplied by its factor at every step.
    const factors = curvatures.map((curvature) => 1 - rate * curvature);
    const parts = factors.map((_, j) =>
      start.reduce((sum, value, i) => sum + (value - minimum[i]) * directions[i][j], 0),
    );
    const excess = (k) =>
      curvatures.reduce((sum, bend, j) => sum + (bend / 2) * (parts[j] * factors[j] ** k) ** 2, 0);
    let count = 0;
    while (count < 20000 && excess(count) >= tolerance) count++;
    const outcome = excess(count) < tolerance ? "arrives" : Math.abs(factors[1]) > 1 ? "diverges" : "late";
    return { flat: factors[0], sharp: factors[1], steps: count, limit: 2 / curvatures[1], outcome };
  });
})(globalThis);
