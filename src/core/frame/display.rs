//! The display list: all that rests in a picture of an instant, as facts about shapes.
//!
//! It changes on events only (and when a label counts down); what moves every frame is [`super::Moving`]. The page
//! prints it as SVG nodes, [`super::svg`] as text.

use super::geometry::length;
use super::label::{Around, Label, label, state_word};
use super::layout::{Layout, OUTLINE, Place, Side};
use super::px::{Path, Point, Px};
use super::scene::{MonScene, Scene};
use crate::mon::{MonId, Rank};
use crate::scenario::StateName;
use crate::words::{Lang, Phrase, Val};

/// All that rests in a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The width of the picture.
    pub width: Px,
    /// The height of the picture.
    pub height: Px,
    /// Above fifteen monitors, one circle for all links at rest.
    pub hull: Option<(Point, Px)>,
    /// The links.
    pub links: Vec<Link>,
    /// The outlines of the groups of a partition, as path data.
    pub outlines: Vec<String>,
    /// Who follows whom.
    pub follows: Vec<Follow>,
    /// The monitors.
    pub discs: Vec<Disc>,
}

/// What state a link is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// At rest.
    Rest,
    /// One end is down.
    Dead,
    /// Cut both ways.
    Cut,
    /// Cut from `a` to `b`.
    CutOneWay,
}

/// A link between two monitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// One end; the sending one, when it is cut one way.
    pub a: MonId,
    /// The other end.
    pub b: MonId,
    /// Where it begins.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
    /// Its state.
    pub state: LinkState,
    /// Where its mark stands, and how far it is turned: only on links cut one by one, not by a partition.
    pub mark: Option<(Point, Px)>,
    /// What it is called.
    pub name: String,
}

/// A broad arrow from a monitor to the one it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Who follows.
    pub from: MonId,
    /// Whom.
    pub to: MonId,
    /// It has acked a candidate (else: it is the peon of a leader).
    pub acked: bool,
    /// Where the shaft begins and ends.
    pub shaft: (Point, Point),
    /// The three corners of the head.
    pub head: [Point; 3],
}

/// How a disc is filled: solid leads, tinted follows, hollow is undecided, dotted searches, dashed is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Solid.
    Leader,
    /// Tinted.
    Peon,
    /// Hollow.
    Electing,
    /// Dotted.
    Probing,
    /// Half full.
    Synchronizing,
    /// Dashed and grey.
    Down,
    /// Long dashes: out by `quorum exit`.
    Exited,
    /// Thin and grey: outside the map.
    Outside,
}

/// What was done to a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    /// A cross.
    Killed,
    /// Bars.
    Paused,
    /// A door.
    Exited,
}

/// The size of the discs of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// The radius of a disc.
    pub disc: Px,
    /// The radius of its timer's arc.
    pub arc: Px,
    /// Thinner strokes.
    pub small: bool,
    /// Names are no larger than the rest.
    pub tiny: bool,
}

/// Where a label stands, from the middle of its disc.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelPlace {
    /// The edge the text starts from, and its top (its middle, when it is turned).
    pub at: Point,
    /// To which side it goes.
    pub side: Side,
    /// Turned clockwise, in degrees; only along a radius.
    pub turn: Option<Px>,
}

/// One monitor with all that rests around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disc {
    /// Which one.
    pub id: MonId,
    /// The middle of the disc.
    pub at: Point,
    /// Its size.
    pub size: Size,
    /// How it is filled.
    pub look: Look,
    /// The numeral in it; `None` outside the map.
    pub rank: Option<Rank>,
    /// Does it wear the crown?
    pub crown: bool,
    /// What was done to it.
    pub badge: Option<Badge>,
    /// Does a timer run? Then there is a track for its arc.
    pub timer: bool,
    /// What is said beside it.
    pub label: Label,
    /// Where.
    pub place: LabelPlace,
    /// All of it in a sentence, for those who listen.
    pub name: String,
}

impl Frame {
    /// The display list of a scene.
    #[must_use]
    pub fn new(scene: &Scene, layout: &Layout, lang: Lang) -> Self {
        let draw = Draw {
            scene,
            layout,
            lang,
        };
        Self {
            width: Px::of(layout.width),
            height: Px::of(layout.height),
            hull: (layout.spots.len() > LINKS_SHOWN)
                .then(|| (Point::of(layout.middle), Px::of(layout.radius))),
            links: draw.links(),
            outlines: scene
                .groups
                .iter()
                .filter_map(|g| draw.outline(g))
                .collect(),
            follows: scene
                .monitors
                .iter()
                .filter_map(|m| draw.follow(m))
                .collect(),
            discs: draw.discs(),
        }
    }
}

/// Up to so many monitors, links at rest are drawn.
const LINKS_SHOWN: usize = 15;

struct Draw<'a> {
    scene: &'a Scene,
    layout: &'a Layout,
    lang: Lang,
}

impl Draw<'_> {
    fn mon(&self, id: MonId) -> Option<&MonScene> {
        self.scene.mon(id)
    }

    fn by_rank(&self, rank: Rank) -> Option<&MonScene> {
        self.scene.monitors.iter().find(|m| m.rank == Some(rank))
    }

    fn links(&self) -> Vec<Link> {
        let spots = &self.layout.spots;
        let mut links = Vec::new();
        for (i, a) in spots.iter().enumerate() {
            for b in &spots[i + 1..] {
                links.extend(self.link(a.id, b.id));
            }
        }
        links
    }

    fn link(&self, a: MonId, b: MonId) -> Option<Link> {
        let cut = |from, to| self.scene.cuts.contains(&(from, to));
        let down = |id| self.mon(id).is_some_and(|m| m.state == StateName::Down);
        let (a, b, state) = match (cut(a, b), cut(b, a)) {
            (true, true) => (a, b, LinkState::Cut),
            (true, false) => (a, b, LinkState::CutOneWay),
            (false, true) => (b, a, LinkState::CutOneWay),
            (false, false) if down(a) || down(b) => (a, b, LinkState::Dead),
            (false, false) => (a, b, LinkState::Rest),
        };
        let is_cut = matches!(state, LinkState::Cut | LinkState::CutOneWay);
        if self.layout.spots.len() > LINKS_SHOWN && !is_cut {
            return None;
        }
        let (from, to) = self.layout.way(a, b, 0.0, 2.0)?;
        Some(Link {
            a,
            b,
            from: Point::of(from),
            to: Point::of(to),
            state,
            mark: (is_cut && !self.parted(a, b)).then(|| (self.mark(from, to), self.turn(a, b))),
            name: self.link_name(a, b, state),
        })
    }

    /// Is this link cut because a partition put its ends into different groups?
    fn parted(&self, a: MonId, b: MonId) -> bool {
        let group = |id| self.scene.groups.iter().position(|g| g.contains(&id));
        matches!((group(a), group(b)), (Some(x), Some(y)) if x != y)
    }

    /// In the middle of the link; off it where all long links cross.
    fn mark(&self, from: (f32, f32), to: (f32, f32)) -> Point {
        let at = |f: f32| (from.0 + (to.0 - from.0) * f, from.1 + (to.1 - from.1) * f);
        let (mx, my) = at(0.5);
        let (dx, dy) = (mx - self.layout.middle.0, my - self.layout.middle.1);
        let central = self.layout.spots.len() > 2 && length(dx, dy) < self.layout.radius * 0.1;
        Point::of(at(if central { 0.36 } else { 0.5 }))
    }

    /// The direction of a link, clockwise in degrees from one that goes to the right. A chord of a circle stands
    /// across the hand that points to its middle.
    fn turn(&self, a: MonId, b: MonId) -> Px {
        let turn = |id| self.layout.spot(id).map_or(0.0, |spot| spot.turn);
        let (from, to) = (turn(a), turn(b));
        Px::of((from + to) * 180.0 + if to > from { 0.0 } else { 180.0 })
    }

    fn link_name(&self, a: MonId, b: MonId, state: LinkState) -> String {
        let name = |id| self.mon(id).map_or("?", |m| m.name.as_str());
        let phrase = match state {
            LinkState::Rest | LinkState::Dead => Phrase::PageLink,
            LinkState::Cut => Phrase::PageLinkCut,
            LinkState::CutOneWay => Phrase::PageLinkCutOneWay,
        };
        // The name of a link does not depend on which way it is cut.
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        self.lang.text(
            phrase,
            &[
                ("mon", Val::Text(name(first))),
                ("peer", Val::Text(name(second))),
                ("to", Val::Text(name(b))),
            ],
        )
    }

    /// The outline of one side of a partition: points of a circle are in convex order already.
    fn outline(&self, group: &[MonId]) -> Option<String> {
        let pad = self.layout.disc + OUTLINE;
        let spots: Vec<_> = self
            .layout
            .spots
            .iter()
            .filter(|s| group.contains(&s.id))
            .collect();
        let n = spots.len();
        let first = spots.first()?;
        if n == 1 {
            let (left, right) = ((first.x - pad, first.y), (first.x + pad, first.y));
            let path = Path::default().cmd('M').at(Point::of(left));
            return Some(round(round(path, pad, right), pad, left).cmd('Z').done());
        }
        // The edge from one to the next, moved outwards; clockwise, so outside is to the left of the way.
        let edge = |i: usize| {
            let (a, b) = (spots[i % n], spots[(i + 1) % n]);
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let by = pad / length(dx, dy).max(1.0);
            let (nx, ny) = (dy * by, -dx * by);
            ((a.x + nx, a.y + ny), (b.x + nx, b.y + ny))
        };
        let mut path = Path::default().cmd('M').at(Point::of(edge(0).0));
        for i in 0..n {
            path = round(path.cmd('L').at(Point::of(edge(i).1)), pad, edge(i + 1).0);
        }
        Some(path.cmd('Z').done())
    }

    fn follow(&self, mon: &MonScene) -> Option<Follow> {
        let (rank, acked) = match mon.state {
            StateName::Peon => (mon.leader?, false),
            StateName::Electing if !mon.electing_me && self.layout.spots.len() <= LINKS_SHOWN => {
                (mon.leader_acked?, true)
            }
            _ => return None,
        };
        let whom = self.by_rank(rank).filter(|w| w.id != mon.id)?;
        if !acked && whom.state != StateName::Leader {
            return None;
        }
        let (a, b) = self.layout.way(mon.id, whom.id, 0.0, 3.0)?;
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let far = length(dx, dy).max(1.0);
        let (ux, uy) = (dx / far, dy / far);
        let end = (b.0 - ux * 7.0, b.1 - uy * 7.0);
        let (nx, ny) = (-uy * 4.5, ux * 4.5);
        Some(Follow {
            from: mon.id,
            to: whom.id,
            acked,
            shaft: (Point::of(a), Point::of(end)),
            head: [
                Point::of(b),
                Point::of((end.0 + nx, end.1 + ny)),
                Point::of((end.0 - nx, end.1 - ny)),
            ],
        })
    }

    fn discs(&self) -> Vec<Disc> {
        let around = Around {
            scene: self.scene,
            usual_epoch: usual_epoch(self.scene),
            lang: self.lang,
        };
        let parted = !self.scene.groups.is_empty();
        let mons = self
            .layout
            .spots
            .iter()
            .filter_map(|s| Some((s, self.mon(s.id)?)));
        mons.map(|(spot, mon)| Disc {
            id: mon.id,
            at: Point::of((spot.x, spot.y)),
            size: Size {
                disc: Px::of(self.layout.disc),
                arc: Px::of(self.layout.arc()),
                small: self.layout.small(),
                tiny: self.layout.detail > super::label::Detail::Short,
            },
            look: look(mon),
            rank: mon.rank,
            crown: mon.state == StateName::Leader,
            badge: badge(mon),
            timer: mon.timer.is_some(),
            label: label(mon, self.layout.detail, around),
            place: place(
                if parted {
                    spot.label_parted
                } else {
                    spot.label
                },
                (spot.x, spot.y),
            ),
            name: self.name(mon),
        })
        .collect()
    }

    /// All of a monitor in a sentence.
    fn name(&self, mon: &MonScene) -> String {
        let lang = self.lang;
        let rank = mon.rank.map(|r| u64::from(r.0));
        let quorum = mon.quorum.to_string();
        let peer = mon
            .leader_acked
            .and_then(|r| self.by_rank(r))
            .map(|m| m.name.as_str());
        let values = [
            ("mon", Val::Text(&mon.name)),
            ("rank", Val::Num(rank.unwrap_or_default())),
            ("state", Val::Text(state_word(mon, lang))),
            ("epoch", Val::Num(mon.epoch.into())),
            ("quorum", Val::Text(&quorum)),
            ("peer", Val::Text(peer.unwrap_or_default())),
        ];
        let mut parts = vec![match rank {
            Some(_) if mon.state == StateName::Down => Phrase::PageMonitorDown,
            Some(_) => Phrase::PageMonitor,
            None => Phrase::PageMonitorOutside,
        }];
        if mon.state == StateName::Leader {
            parts.push(Phrase::PageMonitorQuorum);
        }
        if mon.state == StateName::Electing && !mon.electing_me && peer.is_some() {
            parts.push(Phrase::PageMonitorAcked);
        }
        if mon.paused {
            parts.push(Phrase::PageMonitorPaused);
        }
        parts
            .into_iter()
            .map(|phrase| lang.text(phrase, &values))
            .collect()
    }
}

/// Appends a clockwise arc of radius `r`.
fn round(path: Path, r: f32, to: (f32, f32)) -> Path {
    let path = path.cmd('A').num(Px::of(r)).num(Px::of(r));
    path.num(Px(0)).num(Px(0)).num(Px(10)).at(Point::of(to))
}

fn look(mon: &MonScene) -> Look {
    match mon.state {
        StateName::Down => Look::Down,
        _ if mon.rank.is_none() => Look::Outside,
        StateName::Electing if !mon.participating => Look::Exited,
        StateName::Electing => Look::Electing,
        StateName::Probing => Look::Probing,
        StateName::Synchronizing => Look::Synchronizing,
        StateName::Leader => Look::Leader,
        StateName::Peon => Look::Peon,
    }
}

fn badge(mon: &MonScene) -> Option<Badge> {
    match mon.down {
        Some(down) if mon.state == StateName::Down => down.killed.then_some(Badge::Killed),
        _ if mon.paused => Some(Badge::Paused),
        _ if !mon.participating => Some(Badge::Exited),
        _ => None,
    }
}

fn place(place: Place, (x, y): (f32, f32)) -> LabelPlace {
    LabelPlace {
        at: Point::of((place.x - x, place.y - y)),
        side: place.side,
        turn: (place.turn != 0.0).then(|| Px::of(place.turn)),
    }
}

/// The epoch most monitors are in; the highest of those, when several are as frequent.
fn usual_epoch(scene: &Scene) -> u32 {
    let count = |epoch: u32| scene.monitors.iter().filter(|m| m.epoch == epoch).count();
    let epochs = scene.monitors.iter().map(|m| m.epoch);
    epochs.max_by_key(|e| (count(*e), *e)).unwrap_or_default()
}
