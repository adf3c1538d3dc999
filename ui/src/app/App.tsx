import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { Redirect, Route, Switch } from "wouter";
import { usePathname, useSearch } from "wouter/use-browser-location";
import { Problem } from "../api/client";
import { followServer } from "../api/live";
import { Toasts } from "../components/Toasts";
import { TooltipProvider } from "../components/Tooltip";
import { PlanDialogProvider } from "../plan";
import { LocationColors } from "../theme/LocationColors";
import { ErrorBoundary } from "./ErrorBoundary";
import { formerAddress } from "./former_addresses";
import { Layout } from "./Layout";
import { NotFound } from "./NotFound";
import { idIn } from "./route_id";
import { ROUTES, type Route as RouteEntry } from "./routes";

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000, // events renew what changed before that
      retry: (failures, error) => error instanceof Problem && error.kind === "unavailable" && failures < 2,
      refetchOnWindowFocus: false,
    },
  },
});

export function App() {
  useEffect(() => followServer(cache), []);
  return (
    <QueryClientProvider client={cache}>
      <TooltipProvider delayDuration={350}>
        <LocationColors>
          <PlanDialogProvider>
            <Layout>
              <ErrorBoundary>
                <Pages />
              </ErrorBoundary>
            </Layout>
          </PlanDialogProvider>
        </LocationColors>
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>
  );
}

function Pages() {
  const former = formerAddress(usePathname(), useSearch());
  if (former !== null) return <Redirect to={former} replace />;
  return (
    <Switch>
      {ROUTES.map((route) => (
        <Route key={route.path} path={route.path}>
          <Routed route={route} />
        </Route>
      ))}
      <Route component={NotFound} />
    </Switch>
  );
}

/** The page of a route; another id is another page, without what the one before had open. */
function Routed({ route: { path, page: Page } }: { route: RouteEntry }) {
  const id = idIn(path, usePathname());
  return <Page key={id} id={id} />;
}
