package dev.skerry.security;

import dev.skerry.origin.AttackCampaign;
import dev.skerry.wasm.EngineOptions;
import java.util.List;

/** The attacks of the catalogue, as the command line runs them. */
public final class Campaign implements AttackCampaign {

  @Override
  public List<Entry> entries() {
    return Catalogue.attacks().stream().map(attack -> entry(attack.card())).toList();
  }

  private static Entry entry(Card card) {
    return new Entry(card.name(), card.goal(), card.barrier(),
        card.invariant().number() + ": " + card.invariant().promise(),
        card.classes().stream().map(kind -> kind.number() + ": " + kind.title()).toList());
  }

  @Override
  public Verdict run(String name, EngineOptions engine) throws Exception {
    Attack attack = Catalogue.attacks().stream().filter(one -> one.card().name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no attack '" + name + "'"));
    Outcome up = attack.run(new Setting(Barrier.UP, engine));
    Outcome down = attack.run(new Setting(Barrier.DOWN, engine));
    return new Verdict(!up.reached(), down.reached(), up.shown() && down.shown(), up.observation(),
        down.observation(), up.strain().map(strain ->
            new Cost(strain.untilStopped(), strain.neighbourP99(), strain.neighbourMax())));
  }
}
