// Sets the theme before the first paint. `system` leaves the choice to the media query.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('lookout.theme');
  } catch {
    // Storage is forbidden here: the system's theme it is.
  }
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
})();
