// Phones, with as many of each as was asked for, and the regions and ways that come with Vendure.
const fs = require("node:fs");
const path = require("node:path");
const { bootstrap } = require("@vendure/core");
const { populate } = require("@vendure/core/cli");
const { config } = require("./config");

const heads =
  "name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets";
const lines = JSON.parse(process.argv[2]).map(
  (pieces, n) => `Phone ${n},phone-${n},x,,,,,P${n},199.00,standard,${pieces},true,,`,
);
const table = path.join(process.env.BENCH_FOLDER, "products.csv");
fs.writeFileSync(table, [heads, ...lines, ""].join("\n"));
const regions = require("@vendure/create/assets/initial-data.json");

populate(() => bootstrap(config), regions, table)
  .then((shop) => shop.close())
  .then(() => process.exit(0))
  .catch((fault) => {
    console.error(fault);
    process.exit(1);
  });
