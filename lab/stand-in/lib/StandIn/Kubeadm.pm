# What kubeadm knows: its configuration, the manifests it writes, the certificates it wants.
package StandIn::Kubeadm;
use strict;
use warnings;
use Exporter 'import';
use POSIX ();
use StandIn::Util;
use StandIn::Json;
use StandIn::Yaml;
use StandIn::Pki;
use StandIn::Client;
our @EXPORT = qw(load_config cluster_settings images_of write_manifests write_etcd_manifest make_certificates make_kubeconfigs write_kubelet_files kube_proxy_objects coredns_objects K8S leaf_certificates etcd_call in_parallel);

use constant K8S => '/etc/kubernetes';
my $VERSION = 'v1.20.2';

sub load_config {       # documents by kind
    my ($file) = @_;
    my $text = slurp($file) // die "unable to read config from \"$file\" : open $file: no such file or directory\n";
    my %d;
    for my $doc (from_yaml($text)) {
        die "unable to decode config: no kind or apiVersion\n" unless ref $doc eq 'HASH' && $doc->{kind} && $doc->{apiVersion};
        die "your configuration file uses an unknown API version: \"$doc->{apiVersion}\"\n" if $doc->{apiVersion} =~ /^kubeadm/ && $doc->{apiVersion} !~ m{^kubeadm\.k8s\.io/v1beta(1|2)$};
        $d{ $doc->{kind} } = $doc;
    }
    return \%d;
}

sub cluster_settings {  # everything later steps need, from the ClusterConfiguration and this node's own part
    my ($cluster, $local, $registration, $flags) = @_;
    my %s = (cluster => $cluster);
    $s{node} = lc($flags->{'node-name'} // $registration->{name} // hostname_lc());
    $s{ip} = $flags->{'apiserver-advertise-address'} // $local->{advertiseAddress} // own_address();
    $s{port} = $local->{bindPort} // 6443;
    my $e = $cluster->{controlPlaneEndpoint};
    $s{endpoint} = $e ? ($e =~ /:\d+$/ ? $e : "$e:$s{port}") : "$s{ip}:$s{port}";
    $s{stable} = defined $e && length $e;
    $s{pods} = dig($cluster, 'networking', 'podSubnet') // '';
    $s{services} = dig($cluster, 'networking', 'serviceSubnet') // '10.96.0.0/12';
    $s{domain} = dig($cluster, 'networking', 'dnsDomain') // 'cluster.local';
    $s{pki} = $cluster->{certificatesDir} // K8S . '/pki';
    $s{repository} = $cluster->{imageRepository} // 'k8s.gcr.io';
    $s{etcd_dir} = dig($cluster, 'etcd', 'local', 'dataDir') // '/var/lib/etcd';
    $s{cri} = $flags->{'cri-socket'} // $registration->{criSocket} // '/run/containerd/containerd.sock';
    $s{taints} = $registration->{taints};
    $s{kubelet_args} = $registration->{kubeletExtraArgs} // {};
    $s{ignore} = { map { lc $_ => 1 } map { split /,/ } @{ $registration->{ignorePreflightErrors} // [] }, @{ $flags->{'ignore-preflight-errors@'} // [] } };
    my $v = $cluster->{kubernetesVersion} // $VERSION;
    $v = "v$v" unless $v =~ /^v|stable|latest/;
    die "this version of kubeadm only supports deploying clusters with the control plane version >= 1.19.0. Current version: $v\n" if $v =~ /^v1\.(\d+)/ && $1 < 19;
    die "the requested kubernetes version ($v) is higher than this kubeadm's version ($VERSION)\n" if $v =~ /^v1\.(\d+)/ && $1 > 20;
    $s{version} = $v =~ /^v1/ ? $v : $VERSION;
    return \%s;
}

sub images_of {
    my ($s) = @_;
    return { (map { $_ => "$s->{repository}/$_:$s->{version}" } qw(kube-apiserver kube-controller-manager kube-scheduler kube-proxy)), pause => "$s->{repository}/pause:3.2", etcd => "$s->{repository}/etcd:" . (dig($s->{cluster}, 'etcd', 'local', 'imageTag') // '3.4.13-0'), coredns => "$s->{repository}/coredns:" . (dig($s->{cluster}, 'dns', 'imageTag') // '1.7.0') };
}

sub in_parallel {       # subs in processes of their own, two at a time; dies with the first complaint
    my @jobs = @_;
    my ($running, @why) = (0);
    my %dir;
    my $reap = sub { my $pid = wait; $running--; if ($?) { my $t = slurp("/tmp/.stand-in-job-$pid") // "job failed\n"; push @why, $t } unlink "/tmp/.stand-in-job-$pid" };
    for my $job (@jobs) {
        $reap->() if $running >= 3;
        my $pid = fork // die "fork: $!\n";
        if (!$pid) { my $ok = eval { $job->(); 1 }; spew("/tmp/.stand-in-job-$$", $@, 0600) unless $ok; POSIX::_exit($ok ? 0 : 1) }
        $running++;
    }
    $reap->() while $running;
    die $why[0] if @why;
    return;
}

# ---------------------------------------------------------------- certificates
sub _san { my ($s, @names) = @_; my %seen; return [map { /^\d+(\.\d+){3}$/ ? "IP:$_" : /:/ ? "IP:$_" : "DNS:$_" } grep { length && !$seen{$_}++ } @names] }
sub leaf_certificates { # base name => [CA, details] of what a control-plane node has
    my ($s) = @_;
    my ($host) = $s->{endpoint} =~ /^(.*):\d+$/;
    my @api = ($s->{node}, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', "kubernetes.default.svc.$s->{domain}", cidr_ip($s->{services}, 1), $s->{ip}, $host, @{ dig($s->{cluster}, 'apiServer', 'certSANs') // [] });
    my @etcd = ('localhost', $s->{node}, $s->{ip}, '127.0.0.1', '::1');
    return {
        'apiserver'                => ['ca', { cn => 'kube-apiserver', usage => 'serverAuth', san => _san($s, @api) }],
        'apiserver-kubelet-client' => ['ca', { cn => 'kube-apiserver-kubelet-client', o => ['system:masters'], usage => 'clientAuth' }],
        'front-proxy-client'       => ['front-proxy-ca', { cn => 'front-proxy-client', usage => 'clientAuth' }],
        'etcd/server'              => ['etcd/ca', { cn => $s->{node}, usage => 'serverAuth,clientAuth', san => _san($s, @etcd, @{ dig($s->{cluster}, 'etcd', 'local', 'serverCertSANs') // [] }) }],
        'etcd/peer'                => ['etcd/ca', { cn => $s->{node}, usage => 'serverAuth,clientAuth', san => _san($s, @etcd, @{ dig($s->{cluster}, 'etcd', 'local', 'peerCertSANs') // [] }) }],
        'etcd/healthcheck-client'  => ['etcd/ca', { cn => 'kube-etcd-healthcheck-client', o => ['system:masters'], usage => 'clientAuth' }],
        'apiserver-etcd-client'    => ['etcd/ca', { cn => 'kube-apiserver-etcd-client', o => ['system:masters'], usage => 'clientAuth' }],
    };
}

sub make_certificates {     # ($settings, 1: CAs too); keeps what is there and valid, as kubeadm does
    my ($s, $with_cas) = @_;
    my $pki = $s->{pki};
    print "[certs] Using certificateDir folder \"$pki\"\n";
    my @jobs;
    if ($with_cas) {
        for my $ca (['ca', 'kubernetes'], ['front-proxy-ca', 'front-proxy-ca'], ['etcd/ca', 'etcd-ca']) {
            my ($base, $cn) = @$ca;
            if (-e "$pki/$base.crt") {
                my $f = cert_facts("$pki/$base.crt") or die "failure loading $base certificate: couldn't load the certificate file $pki/$base.crt\n";
                die "failure loading $base certificate: the certificate has expired\n" if $f->{seconds} < 0;
                print "[certs] Using existing $base ", -e "$pki/$base.key" ? "certificate authority\n" : "keyless CA certificate\n";
                next;
            }
            print "[certs] Generating \"$base\" certificate and key\n";
            push @jobs, sub { make_ca("$pki/$base", $cn) };
        }
        if (-e "$pki/sa.key") { print "[certs] Using the existing \"sa\" key\n" }
        else { print "[certs] Generating \"sa\" key and public key\n"; push @jobs, sub { make_dir($pki); make_sa("$pki/sa") } }
        make_dir("$pki/etcd");
        in_parallel(@jobs);
        @jobs = ();
    }
    my $leaves = leaf_certificates($s);
    for my $base (qw(apiserver apiserver-kubelet-client front-proxy-client etcd/server etcd/peer etcd/healthcheck-client apiserver-etcd-client)) {
        my ($ca, $l) = @{ $leaves->{$base} };
        if (-e "$pki/$base.crt" && -e "$pki/$base.key") {
            my $f = cert_facts("$pki/$base.crt") or die "failure loading $base certificate: couldn't load the certificate file $pki/$base.crt\n";
            die "failure loading $base certificate: the certificate has expired\n" if $f->{seconds} < 0;
            die "[certs] certificate $base not signed by CA certificate $ca: crypto/rsa: verification error\n" unless signed_by("$pki/$base.crt", "$pki/$ca.crt");
            for my $want (@{ $l->{san} // [] }) {
                next if $want eq 'IP:::1' || $f->{san}{$want} || grep { lc $_ eq lc $want } keys %{ $f->{san} };
                die "certificate $base is invalid: x509: certificate is valid for " . join(', ', map { s/^\w+://r } sort keys %{ $f->{san} }) . ', not ' . ($want =~ s/^\w+://r) . "\n";
            }
            print "[certs] Using existing $base certificate and key on disk\n";
            next;
        }
        die "failure loading $ca certificate: couldn't load the private key file $pki/$ca.key: open $pki/$ca.key: no such file or directory\n" unless -e "$pki/$ca.key";
        print "[certs] Generating \"$base\" certificate and key\n";
        print "[certs] $base serving cert is signed for DNS names [", join(' ', map { s/DNS://r } grep { /^DNS/ } @{ $l->{san} }), '] and IPs [', join(' ', map { s/IP://r } grep { /^IP/ } @{ $l->{san} }), "]\n" if $l->{san};
        push @jobs, sub { make_leaf("$pki/$base", "$pki/$ca", $l) };
    }
    in_parallel(@jobs);
    return;
}

sub make_kubeconfigs {
    my ($s, @names) = @_;
    print '[kubeconfig] Using kubeconfig folder "' . K8S . "\"\n";
    my $own = "https://$s->{ip}:$s->{port}";
    my %what = ('admin.conf' => ["https://$s->{endpoint}", 'kubernetes-admin', 'kubernetes-admin', 'system:masters'], 'kubelet.conf' => ["https://$s->{endpoint}", "system:node:$s->{node}", "system:node:$s->{node}", 'system:nodes'],
        'controller-manager.conf' => [$own, 'system:kube-controller-manager', 'system:kube-controller-manager'], 'scheduler.conf' => [$own, 'system:kube-scheduler', 'system:kube-scheduler']);
    my @jobs;
    for my $n (@names) {
        my ($server, $user, $cn, @o) = @{ $what{$n} };
        my $file = K8S . "/$n";
        if (-e $file) {
            my $k = eval { read_kubeconfig($file) } or die "failed to load kubeconfig file $file that already exists on disk: $@";
            die "a kubeconfig file \"$file\" exists already but has got the wrong CA cert\n" if ($k->{ca} // '') =~ s/\s//gr ne slurp("$s->{pki}/ca.crt") =~ s/\s//gr;
            print STDERR 'W', klog_time(), " kubeconfig.go:232] a kubeconfig file \"$file\" exists already but has an unexpected API Server URL: expected: $server, got: $k->{server}\n" if $k->{server} ne $server;
            print "[kubeconfig] Using existing kubeconfig file: \"$file\"\n";
            next;
        }
        print "[kubeconfig] Writing \"$n\" kubeconfig file\n";
        push @jobs, sub {
            my $tmp = K8S . "/.$n-$$";
            make_leaf($tmp, "$s->{pki}/ca", { cn => $cn, o => \@o, usage => 'clientAuth' });
            write_kubeconfig($file, $server, "$s->{pki}/ca.crt", $user, $tmp);
            unlink "$tmp.crt", "$tmp.key";
        };
    }
    in_parallel(@jobs);
    return;
}

# ---------------------------------------------------------------- manifests
sub _pod {
    my ($name, $image, $command, $annotations, $health) = @_;
    return { apiVersion => 'v1', kind => 'Pod', metadata => { %$annotations ? (annotations => $annotations) : (), creationTimestamp => undef, labels => { component => $name, tier => 'control-plane' }, name => $name, namespace => 'kube-system' },
        spec => { containers => [{ command => $command, image => $image, imagePullPolicy => 'IfNotPresent', name => $name,
            livenessProbe => { failureThreshold => 8, httpGet => $health, initialDelaySeconds => 10, periodSeconds => 10, timeoutSeconds => 15 }, resources => { requests => { cpu => '100m' } },
            volumeMounts => [$name eq 'etcd' ? ({ mountPath => '/var/lib/etcd', name => 'etcd-data' }) : (), { mountPath => '/etc/kubernetes/pki', name => 'k8s-certs', readOnly => true }] }],
            hostNetwork => true, priorityClassName => 'system-node-critical', volumes => [$name eq 'etcd' ? ({ hostPath => { path => '/var/lib/etcd', type => 'DirectoryOrCreate' }, name => 'etcd-data' }) : (), { hostPath => { path => '/etc/kubernetes/pki', type => 'DirectoryOrCreate' }, name => 'k8s-certs' }] }, status => {} };
}
sub _args { my ($defaults, $extra) = @_; my %a = (%$defaults, %{ $extra // {} }); return map { "--$_=" . (ref $a{$_} ? to_json($a{$_}) : !defined $a{$_} ? '' : to_json($a{$_}) =~ s/^"|"$//gr) } sort keys %a }
sub _write { my ($name, $pod) = @_; spew(K8S . "/manifests/$name.yaml", to_yaml($pod), 0600); return }

sub write_manifests {
    my ($s) = @_;
    my ($c, $pki, $i) = ($s->{cluster}, $s->{pki}, images_of($s));
    print '[control-plane] Using manifest folder "' . K8S . "/manifests\"\n";
    print "[control-plane] Creating static Pod manifest for \"kube-apiserver\"\n";
    _write('kube-apiserver', _pod('kube-apiserver', $i->{'kube-apiserver'}, ['kube-apiserver', _args({ 'advertise-address' => $s->{ip}, 'allow-privileged' => 'true', 'authorization-mode' => 'Node,RBAC', 'client-ca-file' => "$pki/ca.crt", 'enable-admission-plugins' => 'NodeRestriction',
        'enable-bootstrap-token-auth' => 'true', 'etcd-cafile' => "$pki/etcd/ca.crt", 'etcd-certfile' => "$pki/apiserver-etcd-client.crt", 'etcd-keyfile' => "$pki/apiserver-etcd-client.key", 'etcd-servers' => 'https://127.0.0.1:2379', 'insecure-port' => '0',
        'kubelet-client-certificate' => "$pki/apiserver-kubelet-client.crt", 'kubelet-client-key' => "$pki/apiserver-kubelet-client.key", 'kubelet-preferred-address-types' => 'InternalIP,ExternalIP,Hostname', 'proxy-client-cert-file' => "$pki/front-proxy-client.crt",
        'proxy-client-key-file' => "$pki/front-proxy-client.key", 'requestheader-client-ca-file' => "$pki/front-proxy-ca.crt", 'secure-port' => $s->{port}, 'service-account-issuer' => 'https://kubernetes.default.svc.cluster.local', 'service-account-key-file' => "$pki/sa.pub",
        'service-account-signing-key-file' => "$pki/sa.key", 'service-cluster-ip-range' => $s->{services}, 'tls-cert-file' => "$pki/apiserver.crt", 'tls-private-key-file' => "$pki/apiserver.key" }, dig($c, 'apiServer', 'extraArgs'))],
        { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint' => "$s->{ip}:$s->{port}" }, { host => $s->{ip}, path => '/livez', port => $s->{port} + 0, scheme => 'HTTPS' }));
    print "[control-plane] Creating static Pod manifest for \"kube-controller-manager\"\n";
    my $conf = K8S . '/controller-manager.conf';
    _write('kube-controller-manager', _pod('kube-controller-manager', $i->{'kube-controller-manager'}, ['kube-controller-manager', _args({ $s->{pods} ? ('allocate-node-cidrs' => 'true', 'cluster-cidr' => $s->{pods}, 'service-cluster-ip-range' => $s->{services}) : (),
        'authentication-kubeconfig' => $conf, 'authorization-kubeconfig' => $conf, 'bind-address' => '127.0.0.1', 'client-ca-file' => "$pki/ca.crt", 'cluster-name' => 'kubernetes', 'cluster-signing-cert-file' => "$pki/ca.crt", 'cluster-signing-key-file' => "$pki/ca.key",
        'controllers' => '*,bootstrapsigner,tokencleaner', 'kubeconfig' => $conf, 'leader-elect' => 'true', 'port' => '0', 'requestheader-client-ca-file' => "$pki/front-proxy-ca.crt", 'root-ca-file' => "$pki/ca.crt", 'service-account-private-key-file' => "$pki/sa.key",
        'use-service-account-credentials' => 'true' }, dig($c, 'controllerManager', 'extraArgs'))], {}, { host => '127.0.0.1', path => '/healthz', port => 10257, scheme => 'HTTPS' }));
    print "[control-plane] Creating static Pod manifest for \"kube-scheduler\"\n";
    $conf = K8S . '/scheduler.conf';
    _write('kube-scheduler', _pod('kube-scheduler', $i->{'kube-scheduler'}, ['kube-scheduler', _args({ 'authentication-kubeconfig' => $conf, 'authorization-kubeconfig' => $conf, 'bind-address' => '127.0.0.1', 'kubeconfig' => $conf, 'leader-elect' => 'true', 'port' => '0' }, dig($c, 'scheduler', 'extraArgs'))],
        {}, { host => '127.0.0.1', path => '/healthz', port => 10259, scheme => 'HTTPS' }));
    return;
}

sub write_etcd_manifest {
    my ($s, $initial, $state) = @_;     # "h1=https://…:2380,…", new | existing
    my $pki = $s->{pki};
    my %a = ('advertise-client-urls' => "https://$s->{ip}:2379", 'cert-file' => "$pki/etcd/server.crt", 'client-cert-auth' => 'true', 'data-dir' => $s->{etcd_dir}, 'initial-advertise-peer-urls' => "https://$s->{ip}:2380", 'initial-cluster' => $initial, 'key-file' => "$pki/etcd/server.key",
        'listen-client-urls' => "https://127.0.0.1:2379,https://$s->{ip}:2379", 'listen-metrics-urls' => 'http://127.0.0.1:2381', 'listen-peer-urls' => "https://$s->{ip}:2380", 'name' => $s->{node}, 'peer-cert-file' => "$pki/etcd/peer.crt", 'peer-client-cert-auth' => 'true',
        'peer-key-file' => "$pki/etcd/peer.key", 'peer-trusted-ca-file' => "$pki/etcd/ca.crt", 'snapshot-count' => '10000', 'trusted-ca-file' => "$pki/etcd/ca.crt", $state eq 'existing' ? ('initial-cluster-state' => 'existing') : ());
    my $p = _pod('etcd', images_of($s)->{etcd}, ['etcd', _args(\%a, dig($s->{cluster}, 'etcd', 'local', 'extraArgs'))], { 'kubeadm.kubernetes.io/etcd.advertise-client-urls' => "https://$s->{ip}:2379" }, { host => '127.0.0.1', path => '/health', port => 2381, scheme => 'HTTP' });
    $_->{mountPath} = $s->{etcd_dir} for grep { $_->{name} eq 'etcd-data' } @{ $p->{spec}{containers}[0]{volumeMounts} };
    $_->{hostPath}{path} = $s->{etcd_dir} for grep { $_->{name} eq 'etcd-data' } @{ $p->{spec}{volumes} };
    make_dir($s->{etcd_dir}, 0700);
    _write('etcd', $p);
    return;
}

# ---------------------------------------------------------------- kubelet files
sub write_kubelet_files {
    my ($s, $given) = @_;
    my %d = (apiVersion => 'kubelet.config.k8s.io/v1beta1', kind => 'KubeletConfiguration', authentication => { anonymous => { enabled => false }, webhook => { cacheTTL => '0s', enabled => true }, x509 => { clientCAFile => "$s->{pki}/ca.crt" } },
        authorization => { mode => 'Webhook', webhook => { cacheAuthorizedTTL => '0s', cacheUnauthorizedTTL => '0s' } }, clusterDNS => [cidr_ip($s->{services}, 10)], clusterDomain => $s->{domain}, healthzBindAddress => '127.0.0.1', healthzPort => 10248, rotateCertificates => true, staticPodPath => K8S . '/manifests', %{ $given // {} });
    print "[kubelet-start] Writing kubelet environment file with flags to file \"/var/lib/kubelet/kubeadm-flags.env\"\n";
    my %args = ('network-plugin' => 'cni', 'pod-infra-container-image' => images_of($s)->{pause}, %{ $s->{kubelet_args} });
    if ($s->{cri} !~ /dockershim/) { delete $args{'network-plugin'}; $args{'container-runtime'} = 'remote'; $args{'container-runtime-endpoint'} = $s->{cri} }
    $args{'hostname-override'} //= $s->{node} if $s->{node} ne hostname_lc();
    spew('/var/lib/kubelet/kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS="' . join(' ', map { "--$_=$args{$_}" } sort keys %args) . "\"\n");
    print "[kubelet-start] Writing kubelet configuration to file \"/var/lib/kubelet/config.yaml\"\n";
    spew('/var/lib/kubelet/config.yaml', to_yaml(\%d));
    return \%d;
}

# ---------------------------------------------------------------- addons
sub coredns_objects {
    my ($s) = @_;
    my %l = ('k8s-app' => 'kube-dns');
    return ({ apiVersion => 'v1', kind => 'ConfigMap', metadata => { name => 'coredns', namespace => 'kube-system' }, data => { Corefile => ".:53 {\n    errors\n    health\n    ready\n    kubernetes $s->{domain} in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n    cache 30\n}\n" } },
        { apiVersion => 'apps/v1', kind => 'Deployment', metadata => { name => 'coredns', namespace => 'kube-system', labels => \%l }, spec => { replicas => 2, selector => { matchLabels => \%l }, strategy => { type => 'RollingUpdate', rollingUpdate => { maxUnavailable => 1 } }, template => { metadata => { labels => \%l },
            spec => { priorityClassName => 'system-cluster-critical', serviceAccountName => 'coredns', tolerations => [{ key => 'CriticalAddonsOnly', operator => 'Exists' }, { key => 'node-role.kubernetes.io/master', effect => 'NoSchedule' }, { key => 'node-role.kubernetes.io/control-plane', effect => 'NoSchedule' }],
                nodeSelector => { 'kubernetes.io/os' => 'linux' }, dnsPolicy => 'Default', containers => [{ name => 'coredns', image => images_of($s)->{coredns}, imagePullPolicy => 'IfNotPresent', args => ['-conf', '/etc/coredns/Corefile'] }] } } } },
        { apiVersion => 'v1', kind => 'Service', metadata => { name => 'kube-dns', namespace => 'kube-system', labels => { %l, 'kubernetes.io/cluster-service' => 'true', 'kubernetes.io/name' => 'KubeDNS' } }, spec => { clusterIP => cidr_ip($s->{services}, 10), selector => \%l, ports => [{ name => 'dns', port => 53, protocol => 'UDP', targetPort => 53 }, { name => 'dns-tcp', port => 53, protocol => 'TCP', targetPort => 53 }, { name => 'metrics', port => 9153, protocol => 'TCP', targetPort => 9153 }] } });
}
sub kube_proxy_objects {
    my ($s, $given) = @_;
    my %l = ('k8s-app' => 'kube-proxy');
    my %c = (apiVersion => 'kubeproxy.config.k8s.io/v1alpha1', kind => 'KubeProxyConfiguration', bindAddress => '0.0.0.0', clientConnection => { kubeconfig => '/var/lib/kube-proxy/kubeconfig.conf' }, clusterCIDR => $s->{pods}, mode => '', %{ $given // {} });
    return ({ apiVersion => 'v1', kind => 'ConfigMap', metadata => { name => 'kube-proxy', namespace => 'kube-system', labels => { app => 'kube-proxy' } }, data => { 'config.conf' => to_yaml(\%c),
            'kubeconfig.conf' => to_yaml({ apiVersion => 'v1', kind => 'Config', clusters => [{ name => 'default', cluster => { 'certificate-authority' => '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt', server => "https://$s->{endpoint}" } }], contexts => [{ name => 'default', context => { cluster => 'default', namespace => 'default', user => 'default' } }], 'current-context' => 'default', users => [{ name => 'default', user => { tokenFile => '/var/run/secrets/kubernetes.io/serviceaccount/token' } }] }) } },
        { apiVersion => 'apps/v1', kind => 'DaemonSet', metadata => { name => 'kube-proxy', namespace => 'kube-system', labels => \%l }, spec => { selector => { matchLabels => \%l }, updateStrategy => { type => 'RollingUpdate' }, template => { metadata => { labels => \%l }, spec => { priorityClassName => 'system-node-critical', hostNetwork => true, serviceAccountName => 'kube-proxy', nodeSelector => { 'kubernetes.io/os' => 'linux' },
            tolerations => [{ key => 'CriticalAddonsOnly', operator => 'Exists' }, { operator => 'Exists' }], containers => [{ name => 'kube-proxy', image => images_of($s)->{'kube-proxy'}, imagePullPolicy => 'IfNotPresent', command => ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf', '--hostname-override=$(NODE_NAME)'], env => [{ name => 'NODE_NAME', valueFrom => { fieldRef => { fieldPath => 'spec.nodeName' } } }] }] } } } });
}

# ---------------------------------------------------------------- etcd
sub etcd_call {         # (answer) or dies
    my ($pki, $url, $path, $q, $timeout) = @_;
    my ($code, $text, $why) = https_call({ ca => "$pki/etcd/ca.crt", cert => "$pki/etcd/healthcheck-client.crt", key => "$pki/etcd/healthcheck-client.key", timeout => $timeout // 8, connect_timeout => 2 }, 'POST', "$url$path", $q // {});
    die "failed to dial endpoint $url with maintenance client: context deadline exceeded ($why)\n" unless $code;
    my $r = from_json($text);
    die "$r->{error}\n" if $r->{error};
    return $r;
}

1;
