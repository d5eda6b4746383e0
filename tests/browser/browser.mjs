// A browser whose pages may not ask for anything, complain, or open dialogs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export class Browser {
  // Starts one, with an empty profile that goes with it.
  static async start() {
    const browser = new Browser();
    browser.chromium = await chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: FLAGS });
    return browser;
  }

  // A page as somebody sees it: { script, scheme, width, media }. What it does that no page may do is noted in `page.misdeeds`.
  async open(file, { script = true, scheme = "light", width = 1280, media = "screen" } = {}) {
    const context = await this.chromium.newContext({ javaScriptEnabled: script, colorScheme: scheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
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
    await page.goto(address);
    return page;
  }

  // Closes what was opened.
  async leave() {
    for (const context of this.chromium.contexts()) await context.close();
  }

  async stop() {
    await this.chromium.close();
  }
}

// What axe finds against WCAG A and AA, one line each.
export async function violations(page) {
  // The page's policy lets in no script of ours, which is as it should be; the devtools do.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"] }));
  return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 5).map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split("\n")[1]?.trim() ?? ""})`));
}
