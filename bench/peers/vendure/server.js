// The shop's server.
const { bootstrap } = require("@vendure/core");

bootstrap(require("./config").config);
