using ClusterPanel.Core.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class OfflinePackageConfiguration : IEntityTypeConfiguration<OfflinePackage>
{
    public void Configure(EntityTypeBuilder<OfflinePackage> builder)
    {
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.HasIndex(p => p.Sha256).IsUnique();
    }
}
