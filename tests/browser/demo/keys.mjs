// Somebody at a keyboard, who counts: keys that are pressed, and letters of what is written.
export class Keys {
  constructor(page) {
    this.page = page;
    this.pressed = 0;
    this.written = 0;
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
    this.pressed += keys.length;
  }

  async write(text) {
    await this.page.keyboard.type(text);
    this.written += text.length;
  }

  // Presses a key until something that fits has the focus.
  async reach(fits, key = "Tab", most = 80) {
    for (let step = 0; step < most; step += 1) {
      if (await this.page.evaluate((fits) => document.activeElement.matches(fits), fits)) return;
      await this.press(key);
    }
    throw new Error(`${most} times ${key} do not reach ${fits}`);
  }
}

// What a case says of itself once something has been done.
export const toast = (page, text) => page.locator("#toasts .toast", { hasText: text }).last().waitFor();
