from shared.factory import counter_assets

counters = counter_assets("storefront", ["visit", "visit", "order", "visit", "order"])
