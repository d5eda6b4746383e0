// A browser whose pages may not ask for anything, complain, or open dialogs.

import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export class Browser {
  // Profiles, empty ones, are put into a folder.
  constructor(folder) {
    this.profiles = folder;
    this.contexts = [];
  }

  // A page as somebody sees it: { script, scheme, width, media }. What it does that no page may do is noted in `page.misdeeds`.
  async open(file, { script = true, scheme = "light", width = 1280, media = "screen", hash = "" } = {}) {
    const context = await chromium.launchPersistentContext(mkdtempSync(join(this.profiles, "profile-")), {
      executablePath: process.env.CHROMIUM,
      headless: true,
      args: FLAGS,
      javaScriptEnabled: script,
      colorScheme: scheme,
      viewport: { width, height: 900 },
    });
    this.contexts.push(context);
    const page = context.pages()[0] ?? (await context.newPage());
    const address = pathToFileURL(file).href;
    page.misdeeds = [];
    page.on("console", (message) => page.misdeeds.push(`console ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => page.misdeeds.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== address) page.misdeeds.push(`request: ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      page.misdeeds.push(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    context.on("page", (other) => page.misdeeds.push(`window: ${other.url()}`));
    await page.emulateMedia({ media, colorScheme: scheme });
    await page.goto(address + hash);
    return page;
  }

  async close() {
    for (const context of this.contexts.splice(0)) await context.close();
  }
}

// What axe finds against WCAG A and AA, one line each.
export async function violations(page) {
  // The page's policy lets in no script of ours, which is as it should be; the devtools do.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"] }));
  return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 5).map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split("\n")[1]?.trim() ?? ""})`));
}
