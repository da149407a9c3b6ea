namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// A loop that cares for the same rules as the newer lvscare does for its own (labring/lvscare since 2022): every five seconds a look at
/// each master's /healthz, with ten seconds of time; no new connections to one that fails, and nothing is done about those there are.
/// </summary>
internal static class LvscareLoop
{
    public const string Begin = """
        systemctl stop clusterpanel-apilb
        cat > /root/lvscare-loop <<'SH'
        #!/bin/bash
        . /etc/clusterpanel/apilb.conf
        was=
        while :; do
          sleep 5 & tick=$!
          asked=
          for m in $MASTERS; do
            { curl -skf -o /dev/null --noproxy '*' --max-time 10 "https://$m:$PORT/healthz"; echo $? > "/run/lvscare-$m"; } &
            asked="$asked $!"
          done
          wait $asked
          map= n=0
          for m in $MASTERS; do
            [ "$(cat "/run/lvscare-$m")" = 0 ] || continue
            map="$map${map:+, }$n : $m" n=$((n + 1))
          done
          if [ "$map" != "$was" ] && [ $n -gt 0 ]; then
            nft -f - <<NFT
        table ip clusterpanel_apilb
        delete table ip clusterpanel_apilb
        table ip clusterpanel_apilb {
          chain output {
            type nat hook output priority -100; policy accept;
            ip daddr $VIP tcp dport $PORT dnat to numgen inc mod $n map { $map }
          }
        }
        NFT
            was=$map
          fi
          wait $tick
        done
        SH
        chmod 755 /root/lvscare-loop
        systemd-run -q --unit=lvscare-loop /root/lvscare-loop
        """;

    public const string End = "systemctl stop lvscare-loop; rm -f /root/lvscare-loop /run/lvscare-*; systemctl start clusterpanel-apilb";
}
