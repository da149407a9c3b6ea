// Sets the theme before the first paint; the choice is a cookie so that the server knows it too.
(function () {
  const root = document.documentElement;
  const chosen = root.dataset.theme;
  if (!chosen) {
    root.dataset.theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  window.clusterPanelTheme = {
    get: () => root.dataset.theme,
    set: theme => {
      root.dataset.theme = theme;
      document.cookie = "theme=" + theme + "; path=/; max-age=31536000; samesite=lax";
    },
  };
})();
