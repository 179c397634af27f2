package paper

// significance is the level of Table 1: "statistically different … under the null hypothesis test with p = 0.005".
const significance = 0.005
