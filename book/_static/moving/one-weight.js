/** The figures of the part on one weight. */
"use strict";

(function ({ moving, descent }) {
  const { leastSquares } = descent.losses;

  /** What one factor for every step does to a distance. @param {number} factor */
  function regime(factor) {
    if (Math.abs(factor) < 1e-9) return "once";
    if (Math.abs(Math.abs(factor) - 1) < 1e-9) return "never";
    if (factor > 0) return factor > 0.9 ? "crawling" : "sliding";
    return factor > -1 ? "bouncing" : "diverging";
  }

  // Alpha: a walk on the bowl, and its distance from the goal, step by step.
  moving.kind("one-weight:factor", (figure) => {
    const { alpha, input, start } = figure.values;
    const { goal, steps, span } = figure.data;
    const loss = leastSquares([[input]], [goal], { half: true });
    const run = descent.rules.gradientDescent(loss, [start], { learningRate: alpha });
    const { parameters, losses } = descent.trace(run, loss, steps);
    const best = goal / input;
    figure.line("bowl", moving.grid(span).map((w) => [w, loss.value([w])]));
    figure.line("walk", parameters.map(([w], k) => [w, losses[k]]));
    figure.line("goal", [[best, 0]]);
    figure.line("start", [[start, losses[0]]]);
    figure.line("distance", parameters.map(([w], k) => [k, w - best]));
    figure.place("start", [start, losses[0]]);
    const factor = 1 - alpha * input ** 2;
    return { factor, border: 2 / input ** 2, alpha, input, regime: regime(factor) };
  });
})(globalThis);
