// What has to hold of the pages that `plumb report` and `plumb doc` write, as a reader sees them. `tests/browser/run` runs it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { Browser, violations } from "./browser.mjs";

const work = process.argv[2];
const root = resolve("../..");
const plumb = resolve(process.env.PLUMB);

function report(name, folder, facts) {
  const out = join(work, `${name}.html`);
  const { status, stderr } = spawnSync(plumb, ["report", ...facts, "--out", out, "--today", "2026-11-23"], { cwd: folder, encoding: "utf8" });
  // A faulted verdict ends with 2, and its page is written all the same.
  assert.ok(status === 0 || (status === 2 && stderr === ""), `${status}: ${stderr}`);
  return out;
}

function doc(name, folder, rules) {
  const out = join(work, `${name}.html`);
  const { status, stderr } = spawnSync(plumb, ["doc", rules, "--out", out, "--today", "2026-11-23"], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return out;
}

const nine = report("nine", root, ["fixtures/projects"]);
const one = report("one", root, ["fixtures/projects/render.yaml"]);
const hostile = report("hostile", join(root, "tests/hostile"), ["sheet.yaml", "other.yaml"]);
const book = doc("book", root, "rules");
const hostile_book = doc("hostile-book", join(root, "tests/hostile"), "rules");

const browser = await Browser.start();
const visible = (page, selector) => page.$$eval(selector, (all) => all.filter((one) => one.checkVisibility()).length);

const checks = {
  async "the page fits its window, whoever looks at it"() {
    for (const file of [nine, one, hostile, book, hostile_book]) {
      for (const scheme of ["light", "dark"]) {
        for (const width of [1280, 390]) {
          for (const script of [true, false]) {
            const page = await browser.open(file, { script, scheme, width });
            const [there, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
            assert.ok(there <= wide, `${file} is ${there} wide in a window of ${wide}`);
            assert.deepEqual(page.misdeeds, []);
            await browser.leave();
          }
        }
      }
    }
  },

  async "everybody can read it: axe finds nothing"() {
    for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
      const page = await browser.open(nine, { scheme, width });
      assert.deepEqual(await violations(page), [], `nine, ${scheme}, ${width}`);
      await browser.leave();
    }
    for (const file of [one, hostile]) {
      for (const scheme of ["light", "dark"]) {
        const page = await browser.open(file, { scheme });
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        assert.deepEqual(await violations(page), [], `${file}, ${scheme}, all open`);
        await browser.leave();
      }
    }
  },

  async "colours are those of day and night"() {
    const grounds = [];
    for (const scheme of ["light", "dark"]) {
      const page = await browser.open(one, { scheme });
      grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    assert.deepEqual(grounds, ["rgb(255, 255, 255)", "rgb(20, 24, 28)"]);
  },

  async "without its script all of it is there, and nothing that would need one"() {
    const page = await browser.open(nine, { script: false });
    assert.equal(await visible(page, ".controls, .matrix button"), 0);
    assert.equal(await visible(page, "article.project"), 9);
    const entry = page.locator("#p1 .entry.against details").first();
    assert.equal(await entry.locator("pre").isVisible(), false);
    await entry.locator("summary").click();
    assert.equal(await entry.locator("pre").isVisible(), true);
    // A cell of the matrix leads into what is closed.
    const cell = page.locator("#matrix td.earned a").first();
    const target = page.locator(await cell.getAttribute("href"));
    assert.equal(await target.isVisible(), false);
    await cell.click();
    assert.equal(await target.isVisible(), true);
    assert.deepEqual(page.misdeeds, []);
  },

  async "every cell of the matrix leads to its reason"() {
    const page = await browser.open(nine);
    const broken = await page.$$eval("#matrix td a", (cells) => cells.filter((cell) => !document.querySelector(`.entry ${cell.getAttribute("href")}`)).length);
    assert.equal(broken, 0);
    const cell = page.locator("#matrix td.against a").nth(3);
    const target = page.locator(await cell.getAttribute("href"));
    await cell.click();
    await assert.doesNotReject(target.locator("pre").waitFor({ state: "visible" }));
    assert.ok(await target.evaluate((element) => { const { top, bottom } = element.getBoundingClientRect(); return bottom > 0 && top < innerHeight; }));
  },

  async "reasons open to the rule and the evidence, by mouse and by keyboard"() {
    const page = await browser.open(nine);
    const [by_mouse, by_key] = [0, 1].map((place) => page.locator("#p2 .entry.against details").nth(place));
    await by_mouse.locator("summary").click();
    await by_key.locator("summary").focus();
    await page.keyboard.press("Enter");
    for (const entry of [by_mouse, by_key]) {
      assert.match(await entry.locator("pre").innerText(), /^(check|grade|ramp|measure) \w+ "/);
      assert.ok((await entry.locator(".fact").count()) > 0);
    }
    const links = await page.$$eval("a[rel]", (all) => all.map((link) => link.getAttribute("href")));
    assert.ok(links.length > 100 && links.every((link) => /^https?:\/\//.test(link)));
  },

  async "filters show what they say and no more"() {
    const page = await browser.open(nine);
    const filter = page.locator('form[data-for="reasons"]');
    const standings = () => page.$$eval(".entry", (all) => [...new Set(all.filter((one) => !one.closest("[hidden]")).map((one) => one.dataset.standing))].sort());
    const shown = () => page.$$eval(".entry", (all) => all.filter((one) => !one.closest("[hidden]")).length);
    const all = await shown();
    for (const standing of ["against", "open"]) {
      await filter.locator("[name=standing]").selectOption(standing);
      assert.deepEqual(await standings(), [standing]);
      const count = await shown();
      assert.ok(count > 0 && count < all);
      assert.equal(await filter.locator("output").innerText(), `${count} of ${all} lines`);
      const rows = await page.$$eval("tr.item", (rows, standing) => rows.filter((row) => !row.hidden).map((row) => row.querySelector(`td.${standing}`) !== null), standing);
      assert.ok(rows.length > 0 && rows.every(Boolean));
    }
    await filter.locator("[name=standing]").selectOption("");
    await filter.locator("[name=words]").fill("Audit core");
    const texts = await page.$$eval(".entry", (all) => all.filter((one) => !one.closest("[hidden]")).map((one) => one.textContent.toLowerCase()));
    assert.ok(texts.length > 0 && texts.length < all && texts.every((text) => text.includes("audit") && text.includes("core")));
    await filter.locator("button").click();
    await page.waitForFunction((all) => [...document.querySelectorAll(".entry")].filter((one) => !one.closest("[hidden]")).length === all, all);

    await filter.locator("[name=project]").selectOption("p3");
    assert.deepEqual(await page.$$eval("article.project", (all) => all.filter((one) => !one.hidden).map((one) => one.id)), ["p3"]);
    assert.equal(await page.$$eval(".matrix thead th", (all) => all.filter((one) => !one.hidden).length), 2);
    // A link to what is filtered away shows it.
    await page.evaluate(() => { location.hash = "#p5"; });
    await page.locator("#p5").waitFor({ state: "visible" });
    assert.deepEqual(page.misdeeds, []);
  },

  async "the matrix sorts by project and by sums, and back"() {
    const page = await browser.open(nine);
    const codes = () => page.$$eval("tr.item small", (all) => all.map((one) => one.textContent));
    const column = (place) => page.$$eval("tr.item", (rows, place) => rows.map((row) => Number(row.querySelectorAll("td")[place].dataset.lost ?? 0)), place);
    const falls = (numbers) => numbers.every((number, place) => place === 0 || number <= numbers[place - 1]);
    const as_written = await codes();
    assert.ok(!falls(await column(1)));
    const header = page.locator(".matrix thead th").nth(2);
    await header.locator("button").click();
    assert.ok(falls(await column(1)));
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    assert.equal(await visible(page, "tr.group"), 0);
    await header.locator("button").click();
    assert.deepEqual(await codes(), as_written);
    await page.locator("[name=order]").selectOption("lost");
    const sums = await page.$$eval("tr.item", (rows) => rows.map((row) => [...row.querySelectorAll("td")].reduce((sum, cell) => sum + Number(cell.dataset.lost ?? 0), 0)));
    assert.ok(falls(sums) && sums[0] > 0);
    await page.locator("[name=order]").selectOption("");
    assert.deepEqual(await codes(), as_written);
    assert.deepEqual(page.misdeeds, []);
  },

  async "on paper everything is open"() {
    for (const script of [true, false]) {
      const page = await browser.open(one, { script, media: "print" });
      assert.equal(await visible(page, ".controls, .contents, .skip"), 0);
      const closed = await page.$$eval(".entry .body", (all) => all.filter((one) => !one.checkVisibility({ contentVisibilityAuto: true }) || one.getBoundingClientRect().height === 0).length);
      assert.equal(closed, 0);
      const pdf = await page.pdf({ format: "A4" });
      assert.ok(pdf.length > 100_000, `${pdf.length} bytes on paper`);
    }
  },

  async "nothing of a hostile sheet runs or becomes part of the page"() {
    for (const script of [true, false]) {
      const page = await browser.open(hostile, { script });
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      assert.equal(await page.locator(".pwned").count(), 0);
      assert.equal(await page.locator("script, style").count(), 2);
      assert.equal(await page.locator("img, iframe, object, embed, link, base, form[action], video, audio").count(), 0);
      assert.equal(await page.evaluate(() => window.pwned), undefined);
      const handlers = await page.$$eval("*", (all) => all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on") || name === "style"));
      assert.deepEqual(handlers, []);
      const links = await page.$$eval("a", (all) => all.map((one) => one.protocol));
      assert.deepEqual([...new Set(links)].sort(), ["file:", "https:"]);
      const text = await page.evaluate(() => document.body.innerText);
      assert.ok(text.includes("<script class=pwned>window.pwned=101</script>"), "what was written can be read");
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u);
      // Clicking where it invites one to does no harm either.
      for (const place of [0, 1, 2]) await page.locator("h2").nth(place).click();
      assert.equal(await page.evaluate(() => window.pwned), undefined);
      assert.deepEqual(page.misdeeds, []);
    }
  },

  async "everybody can read a handbook: axe finds nothing, and headings go down one level at a time"() {
    for (const file of [book, hostile_book]) {
      for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
        const page = await browser.open(file, { scheme, width });
        assert.deepEqual(await violations(page), [], `${file}, ${scheme}, ${width}`);
        const levels = await page.$$eval("h1, h2, h3, h4", (all) => all.map((one) => Number(one.tagName[1])));
        assert.ok(levels.every((level, place) => place === 0 ? level === 1 : level <= levels[place - 1] + 1));
        await browser.leave();
      }
    }
  },

  async "what a handbook names is where its links lead"() {
    const page = await browser.open(book, { script: false });
    const broken = await page.$$eval("a", (all) => all.map((one) => one.getAttribute("href")).filter((to) => !to.startsWith("#") || !document.getElementById(to.slice(1))));
    assert.deepEqual(broken, []);
    await page.locator('.entry a[href="#fact-token.float"]').first().click();
    assert.equal(await page.evaluate(() => document.querySelector(":target th").textContent), "token.float");
    // The reader sees where it led.
    assert.ok(await page.locator(":target").evaluate((row) => { const { top } = row.getBoundingClientRect(); return top >= 0 && top < innerHeight; }));
    assert.deepEqual(page.misdeeds, []);
  },

  async "a handbook can be printed: chapters begin pages, and nothing sticks out"() {
    const page = await browser.open(book, { media: "print", width: 672 });
    const [there, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(there <= wide, `${there} wide on paper of ${wide}`);
    const breaks = await page.$$eval(".chapter", (all) => all.map((one) => getComputedStyle(one).breakBefore));
    assert.ok(breaks.length > 5 && breaks.every((one) => one === "page"));
    const rows = await page.$$eval("tr, .rule, .ramp", (all) => all.map((one) => getComputedStyle(one).breakInside));
    assert.ok(rows.length > 500 && rows.every((one) => one === "avoid"));
  },

  async "the line of a ramp goes through its knots"() {
    const page = await browser.open(book);
    const drawings = await page.$$eval(".ramp svg", (all) => all.map((svg) => ({
      line: svg.querySelector("polyline").getAttribute("points").split(" "),
      knots: [...svg.querySelectorAll("circle")].map((knot) => `${knot.getAttribute("cx")},${knot.getAttribute("cy")}`),
      named: svg.getAttribute("aria-label").length > 0,
    })));
    assert.ok(drawings.length >= 4);
    for (const { line, knots, named } of drawings) {
      assert.deepEqual(line.slice(1, -1), knots);
      assert.ok(named);
    }
  },

  async "nothing of hostile rules runs or becomes part of a handbook"() {
    const page = await browser.open(hostile_book);
    assert.equal(await page.locator(".pwned").count(), 0);
    assert.equal(await page.locator("script").count(), 0);
    assert.equal(await page.locator("style").count(), 1);
    assert.equal(await page.locator("img, iframe, object, embed, link, base, form, video, audio").count(), 0);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    const handlers = await page.$$eval("*", (all) => all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on") || name === "style"));
    assert.deepEqual(handlers, []);
    const text = await page.evaluate(() => document.body.innerText);
    assert.match(text, /pwned/, "what was written can be read");
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u);
    assert.deepEqual(page.misdeeds, []);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const started = Date.now();
  try {
    await check();
    console.log(`ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
  await browser.leave();
}
await browser.stop();
console.log(failed === 0 ? "all pages hold" : `${failed} of ${Object.keys(checks).length} failed`);
process.exit(failed === 0 ? 0 : 1);
