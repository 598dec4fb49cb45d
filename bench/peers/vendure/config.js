// A plain Vendure with its own defaults: the payment is the one that comes for tries, always settled.
const core = require("@vendure/core");

exports.config = {
  apiOptions: {
    hostname: "127.0.0.1",
    port: Number(process.env.PORT || 0),
    shopApiPath: "shop-api",
    adminApiPath: "admin-api",
  },
  authOptions: {
    tokenMethod: ["bearer"],
    requireVerification: false,
    superadminCredentials: { identifier: "admin", password: "only-for-the-bench" },
    cookieOptions: { secret: "only-for-the-bench" },
  },
  dbConnectionOptions: {
    type: "postgres",
    host: process.env.PGHOST,
    username: process.env.PGUSER,
    database: process.env.PGDATABASE,
    password: "",
    schema: "public",
    synchronize: process.env.BENCH_SEEDS === "yes",
    logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
  logger: new core.DefaultLogger({ level: core.LogLevel.Warn }),
  plugins: [core.DefaultJobQueuePlugin.init({}), core.DefaultSearchPlugin.init({})],
};
