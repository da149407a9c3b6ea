// Keeps a scroller at its end while "follow" is on. Scrolling up switches it off, scrolling down to the end on again.
const states = new WeakMap();
const nearEnd = 30;

export function start(scroller, view) {
  const state = { follow: true, top: 0, stop: new AbortController() };
  const set = follow => {
    if (follow !== state.follow) {
      state.follow = follow;
      view.invokeMethodAsync("OnFollowAsync", follow).catch(() => { });
    }
  };
  state.toEnd = () => { if (state.follow) scroller.scrollTop = scroller.scrollHeight; };
  state.observer = new ResizeObserver(state.toEnd);
  state.observer.observe(scroller.firstElementChild);

  const options = { passive: true, signal: state.stop.signal };
  scroller.addEventListener("scroll", () => {
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEnd;
    const moved = scroller.scrollTop - state.top;
    state.top = scroller.scrollTop;
    if (moved < -2 && !atEnd) {
      set(false);
    } else if (moved > 0 && atEnd) {
      set(true);
    }
  }, options);

  // The wish to look back counts at once: a new line in the middle of a smooth scroll would pull the view down again.
  scroller.addEventListener("wheel", event => { if (event.deltaY < 0) set(false); }, options);
  scroller.addEventListener("keydown", event => { if (["ArrowUp", "PageUp", "Home"].includes(event.key)) set(false); }, options);
  states.set(scroller, state);
}

export function follow(scroller, on) {
  const state = states.get(scroller);
  if (state) {
    state.follow = on;
    state.toEnd();
  }
}

export function stop(scroller) {
  const state = scroller && states.get(scroller);
  if (state) {
    state.observer.disconnect();
    state.stop.abort();
    states.delete(scroller);
  }
}
