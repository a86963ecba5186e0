/** The figure of the landing page. */
"use strict";

(function ({ moving, descent }) {
  const CALM = 0.01; // where the slope is smaller than this, and the ground low, it has arrived

  // A walker on the landscape: where will it end?
  moving.kind("landing:walker", (figure) => {
    const { rate, start } = figure.values;
    const { loss } = figure.losses;
    const places = [];
    let calm = false;
    for (const { parameters, gradient = [] } of descent.rules.gradientDescent(loss, start, { learningRate: rate })) {
      places.push(parameters);
      const slope = Math.hypot(...gradient);
      calm = slope < CALM && loss.value(parameters) < 1;
      if (places.length > figure.data.steps || calm || !(slope < 1e9)) break;
    }
    const [u, v] = places[places.length - 1];
    const slope = Math.hypot(...loss.gradient([u, v]));
    figure.line("path", places);
    figure.line("start", [start]);
    figure.place("start", start);
    const outcome = calm ? "arrives" : slope < 1e9 ? "restless" : "explodes";
    // From this step on it isn't on the map any more.
    const out = 1 + places.map((place) => figure.shows("map", place)).lastIndexOf(true);
    return { outcome, u, v, slope, out, steps: places.length - 1 };
  });
})(globalThis);
