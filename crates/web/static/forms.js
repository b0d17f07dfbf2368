// Fills in the time zone of this browser where nobody has chosen one yet.
"use strict";
{
  const field = document.querySelector("input[name=time_zone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field && zone && (field.value === "" || field.value === "UTC") && field.defaultValue === field.value) field.value = zone;
}
