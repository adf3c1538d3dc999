import { Compass } from "lucide-react";
import { Link, useLocation } from "wouter";
import { EmptyState } from "../components/States";
import { Page } from "./Page";

export function NotFound() {
  const [path] = useLocation();
  return (
    <Page title="Not found">
      <EmptyState icon={Compass} title="There is no such page" action={<Link href="/">Go to the overview</Link>}>
        {path}
      </EmptyState>
    </Page>
  );
}
